package media_test

import (
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/rest/media"
)

// Whatever is in a table, each form is one that its readers can read.
func FuzzTable(f *testing.F) {
	f.Add("a", "x,\"y\"\r\n", 1.5)
	f.Add("<b>", "=cmd|' /C calc'!A0", -1e300)
	f.Fuzz(func(t *testing.T, column, text string, number float64) {
		table := func(safe bool) media.Table {
			return media.Table{Columns: []string{column, "n"}, Rows: media.Rows([]any{text, number}, []any{nil, nil}), Safe: safe}
		}
		if b := written(t, table(false), media.JSON); !json.Valid([]byte(b)) {
			t.Errorf("no JSON: %q", b)
		}
		if b := written(t, table(false), media.HTML); strings.Count(b, "<") != strings.Count(b, ">") || strings.Count(b, "<td>") != 4 {
			t.Errorf("other HTML: %q", b)
		}
		if b := written(t, table(false), media.Text); utf8.ValidString(column+text) && strings.Count(b, "\n") != 3 {
			t.Errorf("other lines: %q", b)
		}
		rows, err := csv.NewReader(strings.NewReader(written(t, table(false), media.CSV))).ReadAll()
		unbroken := strings.NewReplacer("\r\n", "\n").Replace
		if err != nil || len(rows) != 3 || rows[0][1] != unbroken(column) || rows[1][1] != unbroken(text) {
			t.Errorf("other CSV: %q %v", rows, err)
		}
		rows, _ = csv.NewReader(strings.NewReader(written(t, table(true), media.CSV))).ReadAll()
		for _, cell := range slices.Concat(rows...) {
			if first := strings.TrimLeft(cell, " \t\r\n"); first != "" && strings.ContainsAny(first[:1], "=+@") {
				t.Errorf("a formula: %q", cell)
			}
		}
	})
}
