package xlsx

import (
	"bytes"
	"os"
	"testing"

	extrame "github.com/extrame/xls"
)

// BenchmarkReadXLS reads the form of 2021: 282 cells, 39 merged ranges. Beside
// it github.com/extrame/xls reads the same file in the same process, without
// asking for a cell and without merged ranges, which it does not have.
func BenchmarkReadXLS(b *testing.B) {
	data, err := os.ReadFile("testdata/xls/form-2021-libreoffice.xls")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("statable", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if w, err := readXLS(data, "", Limits{}.withDefaults()); err != nil || len(w.Sheets[0].Cells) != 282 {
				b.Fatal(err)
			}
		}
	})
	b.Run("extrame", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			w, err := extrame.OpenReader(bytes.NewReader(data), "utf-8")
			if err != nil || w.GetSheet(0).MaxRow != 50 {
				b.Fatal(err)
			}
		}
	})
}
