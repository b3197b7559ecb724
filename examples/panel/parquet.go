package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/parquet-go/parquet-go"

	"github.com/zwgk/statable/schema"
)

// An observationRow is an observation with typed columns. What is empty is null, and so
// is a pointer that is nil.
type observationRow struct {
	File      string   `parquet:"file,dict"`
	Sheet     string   `parquet:"sheet,optional,dict"`
	Cell      string   `parquet:"cell,optional"`
	Layout    string   `parquet:"layout,dict"`
	Table     string   `parquet:"table,dict"`
	Indicator string   `parquet:"indicator,dict"`
	Applicant string   `parquet:"applicant,optional,dict"`
	Scope     string   `parquet:"scope,optional,dict"`
	Value     *float64 `parquet:"value"`
	Decimal   string   `parquet:"decimal,optional"` // the value with all its digits
	Status    string   `parquet:"status,dict"`
	Unit      string   `parquet:"unit,optional,dict"`
	Printed   string   `parquet:"printed,optional"`
	Label     string   `parquet:"label,optional,dict"`
	Issuer    string   `parquet:"issuer,optional,dict"`
	Division  string   `parquet:"division,optional,dict"` // code after GB/T 2260
	Year      *int32   `parquet:"year"`
}

// The rows of a row group are what a writer holds in memory; a folder by years
// has a writer a year.
const (
	rowsInGroup     = 100_000
	rowsInYearGroup = 20_000
)

// parquetOut writes Parquet (https://parquet.apache.org/docs/file-format/),
// compressed with Zstandard: one file, or one for each year under folders in
// the manner of Hive (observations/year=2018/observations.parquet), where
// DuckDB, Spark and ClickHouse leave out the folders that a query does not ask
// for.
type parquetOut struct {
	dir       *folder
	partition bool
	all       *parquetFile
	years     map[int]*parquetFile
}

type parquetFile struct {
	file *file
	*parquet.GenericWriter[observationRow]
}

func createParquet(dir *folder, name string, group int64) (*parquetFile, error) {
	f, err := dir.file(name)
	if err != nil {
		return nil, err
	}
	return &parquetFile{f, parquet.NewGenericWriter[observationRow](f, parquet.MaxRowsPerRowGroup(group), parquet.Compression(&parquet.Zstd),
		parquet.CreatedBy("statable", schema.Version, ""))}, nil
}

func (p *parquetFile) close() error { return errors.Join(p.Close(), p.file.Close()) }

func openParquet(dir *folder, o options) (output, error) {
	p := &parquetOut{dir: dir, partition: o.partition, years: map[int]*parquetFile{}}
	if p.partition {
		return p, nil
	}
	var err error
	p.all, err = createParquet(dir, "observations.parquet", rowsInGroup)
	return p, err
}

func (p *parquetOut) take(e event) error {
	if e.result == nil || e.result.report == nil {
		return nil
	}
	r := e.result.report
	division := map[*schema.Table]string{}
	for i := range r.Tables {
		division[&r.Tables[i]] = e.issuers[i].division
	}
	var rows []observationRow
	var years []int
	err := r.InOrder(func(t *schema.Table, o *schema.Observation) error {
		row := observationRow{
			File: r.File, Sheet: o.Source.Sheet, Cell: o.Source.Cell, Layout: t.Layout, Table: t.Name,
			Indicator: string(o.Indicator), Applicant: string(o.Applicant), Scope: string(o.Scope),
			Decimal: string(o.Value), Status: string(o.Status), Unit: o.Unit,
			Printed: o.Source.Printed, Label: o.Source.Label, Issuer: t.Issuer, Division: division[t],
		}
		if o.Value != "" {
			v, err := strconv.ParseFloat(string(o.Value), 64)
			if err != nil {
				return fmt.Errorf("%s: %w", r.File, err)
			}
			row.Value = &v
		}
		if t.Year != 0 {
			y := int32(t.Year)
			row.Year = &y
		}
		rows, years = append(rows, row), append(years, t.Year)
		return nil
	})
	if err != nil {
		return err
	}
	if !p.partition {
		_, err := p.all.Write(rows)
		return err
	}
	for i := range rows {
		f, err := p.year(years[i])
		if err != nil {
			return err
		}
		if _, err := f.Write(rows[i : i+1]); err != nil {
			return err
		}
	}
	return nil
}

// year returns the file of a year. There are few: years are between 1990 and 2100.
func (p *parquetOut) year(y int) (*parquetFile, error) {
	if f := p.years[y]; f != nil {
		return f, nil
	}
	name := "__HIVE_DEFAULT_PARTITION__" // that is how Hive spells null
	if y != 0 {
		name = strconv.Itoa(y)
	}
	f, err := createParquet(p.dir, "observations/year="+name+"/observations.parquet", rowsInYearGroup)
	if err == nil {
		p.years[y] = f
	}
	return f, err
}

func (p *parquetOut) close() error {
	var err error
	if p.all != nil {
		err = p.all.close()
	}
	for _, y := range slices.SortedFunc(maps.Keys(p.years), cmp.Compare[int]) {
		err = errors.Join(err, p.years[y].close())
	}
	return err
}
