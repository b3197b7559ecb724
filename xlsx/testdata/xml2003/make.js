// Writes same-sheetjs.xml, ../html/same-sheetjs.html, ../ods/same-sheetjs.ods
// and ../csv/same-sheetjs-utf16.txt with SheetJS 0.18.5:
//
//	npm install xlsx@0.18.5 && node make.js
const X = require('xlsx');
const book = X.readFile('../ods/same-excelize.xlsx');
X.writeFile(book, 'same-sheetjs.xml', { bookType: 'xlml' });
X.writeFile(book, '../html/same-sheetjs.html', { bookType: 'html' });
X.writeFile(book, '../ods/same-sheetjs.ods', { bookType: 'ods' });
X.writeFile(book, '../csv/same-sheetjs-utf16.txt', { bookType: 'txt' });
