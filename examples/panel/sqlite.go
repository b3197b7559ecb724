package main

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/zwgk/statable/schema"
)

// sqliteOut writes a SQLite database: the tables of the data package under
// their names, of which observations is a view that puts together what is
// stored once, and a view for each comparable series, under its code.
type sqliteOut struct {
	path string
	db   *sql.DB
	tx   *sql.Tx

	cells, texts, tables, findings, points, files, issuers *sql.Stmt

	indicator map[schema.Code]int64
	text      map[string]int64 // what was stored last
	lastText  int64
	lastTable int64
	row       []any // cells that wait
	rows      int
}

const sqliteTables = `
CREATE TABLE indicators (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, zh TEXT, en TEXT, unit TEXT, kind TEXT, parent TEXT);
CREATE TABLE files (file TEXT, input TEXT, status TEXT, reason TEXT, tables INTEGER, observations INTEGER, findings INTEGER);
CREATE TABLE tables (id INTEGER PRIMARY KEY, file TEXT, sheet TEXT, layout TEXT, layout_version TEXT, "table" TEXT, title TEXT,
	issuer TEXT, issuer_from TEXT, issuer_printed TEXT, coverage TEXT, year INTEGER, year_from TEXT,
	labels_matched INTEGER, labels_asked INTEGER, labels_unknown INTEGER, observations INTEGER, division TEXT);
CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE cells (table_id INTEGER NOT NULL REFERENCES tables, sheet_id INTEGER REFERENCES texts, cell TEXT,
	indicator_id INTEGER NOT NULL REFERENCES indicators, applicant TEXT, scope TEXT, value NUMERIC, status TEXT NOT NULL, unit TEXT,
	printed TEXT, label_id INTEGER REFERENCES texts);
CREATE VIEW observations AS
	SELECT t.file, s.text AS sheet, c.cell, t.layout, t."table", i.code AS indicator, c.applicant, c.scope, c.value, c.status, c.unit,
		c.printed, l.text AS label, t.issuer, t.division, t.year
	FROM cells c JOIN tables t ON t.id = c.table_id JOIN indicators i ON i.id = c.indicator_id
		LEFT JOIN texts s ON s.id = c.sheet_id LEFT JOIN texts l ON l.id = c.label_id;
CREATE TABLE findings (file TEXT, sheet TEXT, cell TEXT, code TEXT, severity TEXT, message TEXT, message_zh TEXT, printed TEXT, label TEXT, related TEXT);
CREATE TABLE series (issuer TEXT, coverage TEXT, file TEXT, year INTEGER, series TEXT, value NUMERIC, unit TEXT, at_least NUMERIC,
	obs_status TEXT, "break" INTEGER, forms TEXT, relation TEXT, expression TEXT, note TEXT, reason TEXT, reason_zh TEXT, cells TEXT, division TEXT);
CREATE TABLE issuers (file TEXT, printed TEXT, issuer TEXT, division TEXT, year INTEGER, tables INTEGER);
`

const sqliteIndexes = `
CREATE INDEX cells_by_indicator ON cells (indicator_id);
CREATE INDEX cells_by_table ON cells (table_id);
CREATE INDEX tables_by_issuer ON tables (issuer, year);
CREATE INDEX series_by_code ON series (series, year);
`

// cellColumns is how many columns a cell has, and cellsAtOnce how many cells are
// inserted by one statement.
const (
	cellColumns = 11
	cellsAtOnce = 50
)

func openSQLite(dir *folder, _ options) (output, error) {
	s := &sqliteOut{path: filepath.Join(dir.stage, "panel.sqlite"), indicator: map[schema.Code]int64{}, text: map[string]int64{}}
	var err error
	// The file is made anew after a crash: it needs no journal of its own.
	if s.db, err = sql.Open("sqlite", "file:"+uriPath(s.path)+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=locking_mode(EXCLUSIVE)"); err != nil {
		return nil, err
	}
	s.db.SetMaxOpenConns(1)
	if err := s.prepare(); err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	return s, nil
}

func (s *sqliteOut) prepare() error {
	if _, err := s.db.Exec(sqliteTables); err != nil {
		return err
	}
	var err error
	if s.tx, err = s.db.Begin(); err != nil {
		return err
	}
	insert := func(table string, columns, rows int) *sql.Stmt {
		if err != nil {
			return nil
		}
		row := "(?" + strings.Repeat(", ?", columns-1) + ")"
		var stmt *sql.Stmt
		stmt, err = s.tx.Prepare("INSERT INTO " + table + " VALUES " + row + strings.Repeat(", "+row, rows-1))
		return stmt
	}
	s.cells = insert("cells", cellColumns, cellsAtOnce)
	s.texts = insert("texts", 2, 1)
	s.tables = insert("tables", 2+len(schema.TableRows().Fields()), 1)
	s.findings = insert("findings", len(schema.FindingRows().Fields()), 1)
	s.points = insert("series", 1+len(schema.PointRows().Fields()), 1)
	s.files = insert("files", len(fileRows().Fields()), 1)
	s.issuers = insert("issuers", len(issuerRows().Fields()), 1)
	indicators := insert("indicators", 1+len(schema.IndicatorRows().Fields()), 1)
	if err != nil {
		return err
	}
	for i, ind := range schema.Indicators() {
		s.indicator[ind.Code] = int64(i + 1)
		if err := insertRow(indicators, schema.IndicatorRows(), ind, []any{i + 1}, nil); err != nil {
			return err
		}
	}
	for _, series := range schema.SeriesList() {
		if _, err := s.tx.Exec(fmt.Sprintf(`CREATE VIEW "%s" AS SELECT issuer, coverage, division, year, value, unit, at_least, obs_status, "break", forms, relation, note, cells FROM series WHERE series = '%[1]s'`, series.Code)); err != nil {
			return err
		}
	}
	return nil
}

// insertRow inserts the rows of a value, with other columns before and after.
func insertRow[T any](stmt *sql.Stmt, rows schema.Rows[T], v T, before, after []any) error {
	fields := rows.Fields()
	return rows.Each(v, func(row []string) error {
		args := append([]any(nil), before...)
		for i, text := range row {
			args = append(args, sqlValue(fields[i].Type, text))
		}
		_, err := stmt.Exec(append(args, after...)...)
		return err
	})
}

func sqlValue(t schema.FieldType, text string) any {
	switch {
	case text == "":
		return nil
	case t == schema.BooleanField:
		return text == "true"
	case t == schema.StringField:
		return text
	}
	return number(text)
}

func null(text string) any { return sqlValue(schema.StringField, text) }

func (s *sqliteOut) take(e event) error {
	switch {
	case e.result != nil:
		if err := insertRow(s.files, fileRows(), e.result, nil, nil); err != nil || e.result.report == nil {
			return err
		}
		return s.report(e.result.report, e.issuers)
	case e.finding != nil:
		return insertRow(s.findings, schema.FindingRows(), *e.finding, nil, nil)
	case e.point != nil:
		return insertRow(s.points, schema.PointRows(), *e.point, nil, []any{null(e.place)})
	case e.issuer != nil:
		return insertRow(s.issuers, issuerRows(), *e.issuer, nil, nil)
	}
	return nil
}

func (s *sqliteOut) report(r *schema.Report, issuers []tableIssuer) error {
	id := map[*schema.Table]int64{}
	for i := range r.Tables {
		s.lastTable++
		id[&r.Tables[i]] = s.lastTable
		one := &schema.Report{File: r.File, Sheets: r.Sheets, Tables: r.Tables[i : i+1]}
		if err := insertRow(s.tables, schema.TableRows(), one, []any{s.lastTable}, []any{null(issuers[i].division)}); err != nil {
			return err
		}
	}
	for _, f := range r.Findings {
		if err := insertRow(s.findings, schema.FindingRows(), f, nil, nil); err != nil {
			return err
		}
	}
	return r.InOrder(func(t *schema.Table, o *schema.Observation) error {
		sheet, err := s.intern(o.Source.Sheet)
		if err != nil {
			return err
		}
		label, err := s.intern(o.Source.Label)
		if err != nil {
			return err
		}
		s.row = append(s.row, id[t], sheet, null(o.Source.Cell), s.indicator[o.Indicator], null(string(o.Applicant)), null(string(o.Scope)),
			sqlValue(schema.NumberField, string(o.Value)), string(o.Status), null(o.Unit), null(o.Source.Printed), label)
		if s.rows++; s.rows < cellsAtOnce {
			return nil
		}
		_, err = s.cells.Exec(s.row...)
		s.row, s.rows = s.row[:0], 0
		return err
	})
}

// maxTexts bounds the memory for texts that are stored already. One that is
// forgotten is stored a second time, which does no harm.
const maxTexts = 50_000

// intern returns the id of a text.
func (s *sqliteOut) intern(text string) (any, error) {
	if text == "" {
		return nil, nil
	}
	if id, ok := s.text[text]; ok {
		return id, nil
	}
	if len(s.text) >= maxTexts {
		clear(s.text)
	}
	s.lastText++
	s.text[text] = s.lastText
	_, err := s.texts.Exec(s.lastText, text)
	return s.lastText, err
}

// flush inserts the cells that wait.
func (s *sqliteOut) flush() error {
	if s.rows == 0 {
		return nil
	}
	row := "(?" + strings.Repeat(", ?", cellColumns-1) + ")"
	_, err := s.tx.Exec("INSERT INTO cells VALUES "+row+strings.Repeat(", "+row, s.rows-1), s.row...)
	return err
}

func (s *sqliteOut) close() error {
	err := s.flush()
	if err == nil {
		_, err = s.tx.Exec(sqliteIndexes)
	}
	err = errors.Join(err, s.tx.Commit())
	if err := errors.Join(err, s.db.Close()); err != nil {
		return err
	}
	f, err := os.OpenFile(s.path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
