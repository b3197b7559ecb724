// Writes same-docxjs.docx with the docx package for Node, 9.15.2:
//
//	npm install docx && node make.js same-docxjs.docx
const d=require('docx'),fs=require('fs');
const P=(...t)=>new d.Paragraph({children:t.map((x,i)=>new d.TextRun({text:x,break:i?1:0}))});
const C=(t,o={})=>new d.TableCell({children:t.split('\n').map(x=>P(x)),...o});
const R=(...c)=>new d.TableRow({children:c});
const doc=new d.Document({sections:[{children:[
 new d.Paragraph({text:'二、主动公开政府信息情况',heading:d.HeadingLevel.HEADING_1}),
 P('填报单位：测试局'),
 new d.Table({rows:[
  R(C('情况统计',{columnSpan:4})),
  R(C('项目',{rowSpan:2}),C('数量',{columnSpan:2}),C('占比',{rowSpan:2})),
  R(C('本年'),C('上年')),
  R(C('行政许可'),C('0'),C(''),C('31.25%')),
  R(C('行政处罚'),C('/'),C('007'),C('')),
  R(C('法人或\n其他组织'),C('1234.5'),C('12'),C('100%')),
 ]}),
]}]});
d.Packer.toBuffer(doc).then(b=>fs.writeFileSync(process.argv[2],b));
