package convert_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/zwgk/statable/convert"
	"github.com/zwgk/statable/xlsx"
)

// BenchmarkReport shows what a report costs beside reading its file: opening
// the 2021 form, converting it, and writing the report as JSON.
func BenchmarkReport(b *testing.B) {
	for _, producer := range producers {
		data, err := os.ReadFile("testdata/samples/2024-national-2021-huaian-" + producer)
		if err != nil {
			b.Fatal(err)
		}
		open := func() *xlsx.Workbook {
			book, err := xlsx.Read(bytes.NewReader(data), int64(len(data)), producer)
			if err != nil {
				b.Fatal(err)
			}
			return book
		}
		book := open()
		b.Run("open/"+producer, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				open()
			}
		})
		b.Run("toschema/"+producer, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := convert.ToSchema(book); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("toschema+json/"+producer, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				report, err := convert.ToSchema(book)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := json.Marshal(report); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
