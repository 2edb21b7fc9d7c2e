package media_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest/media"
)

func written(t testing.TB, table media.Table, f media.Form) string {
	t.Helper()
	var b strings.Builder
	if err := table.Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func frame() media.Table {
	return media.Table{Columns: []string{"a", "b"}, Rows: media.Rows([]any{1, "x"}, []any{22, "y<"}, []any{3, nil})}
}

// covers: C2-038 C2-039 C2-040 C2-041
func TestATableInEveryForm(t *testing.T) {
	t.Parallel()
	for form, want := range map[media.Form]string{
		media.JSON: `[{"a":1,"b":"x"},{"a":22,"b":"y<"},{"a":3,"b":null}]`,
		media.HTML: "<table class=\"dataframe\">\n<thead>\n<tr><th></th><th>a</th><th>b</th></tr>\n</thead>\n<tbody>\n" +
			"<tr><th>0</th><td>1</td><td>x</td></tr>\n<tr><th>1</th><td>22</td><td>y&lt;</td></tr>\n<tr><th>2</th><td>3</td><td></td></tr>\n</tbody>\n</table>\n",
		media.CSV:  ",a,b\n0,1,x\n1,22,y<\n2,3,\n",
		media.Text: "    a   b\n0   1   x\n1  22  y<\n2   3    \n",
	} {
		if got := written(t, frame(), form); got != want {
			t.Errorf("%s:\n%s", form, got)
		}
	}
	bare := frame()
	bare.NoIndex = true
	if got := written(t, bare, media.CSV); got != "a,b\n1,x\n22,y<\n3,\n" {
		t.Error(got)
	}
	if got := written(t, bare, media.Text); !strings.HasPrefix(got, " a   b\n 1   x\n") {
		t.Error(got)
	}
	if got := written(t, bare, media.HTML); strings.Contains(got, "<th></th>") || strings.Contains(got, "<th>0") {
		t.Error(got)
	}
	empty := media.Table{Columns: []string{"a"}}
	for form, want := range map[media.Form]string{media.JSON: "[]", media.CSV: ",a\n", media.Text: "  a\n"} {
		if got := written(t, empty, form); got != want {
			t.Errorf("empty %s: %q", form, got)
		}
	}
	if b, err := json.Marshal(map[string]any{"data": frame()}); err != nil || !strings.HasPrefix(string(b), `{"data":[{"a":1,`) {
		t.Errorf("%s %v", b, err)
	}
}

func TestCells(t *testing.T) {
	t.Parallel()
	at := time.Date(2018, 11, 7, 6, 30, 0, 0, time.FixedZone("CET", 3600))
	for name, tc := range map[string]struct {
		cell       any
		json, text string
	}{
		"moment": {at, `"2018-11-07T05:30:00Z"`, "2018-11-07 05:30:00"}, "duration": {1500 * time.Millisecond, "1.5", "1.5"},
		"NaN": {math.NaN(), "null", ""}, "Inf": {float32(math.Inf(1)), "null", ""}, "number": {1e21, "1e+21", "1e+21"},
		"truth": {true, "true", "true"}, "list": {[]int{1}, "[1]", "[1]"}, "json": {json.Number("1.0"), "1.0", "1.0"},
		"quotes": {`<"&`, `"<\"&"`, `<"&`},
	} {
		table := func() media.Table {
			return media.Table{Columns: []string{"c"}, Rows: media.Rows([]any{tc.cell}), NoIndex: true}
		}
		if got := written(t, table(), media.JSON); got != `[{"c":`+tc.json+`}]` {
			t.Errorf("%s: %s", name, got)
		}
		got, err := csv.NewReader(strings.NewReader(written(t, table(), media.CSV))).ReadAll()
		if err == nil && len(got) == 1 && tc.text == "" {
			continue // a line without anything is none to the reader
		}
		if err != nil || got[1][0] != tc.text {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
	own := media.Table{Columns: []string{"c"}, Rows: media.Rows([]any{at}), Time: "2006"}
	if got := written(t, own, media.JSON); got != `[{"c":"2018"}]` {
		t.Error(got)
	}
}

func TestFormulasAreQuotedOnRequest(t *testing.T) {
	t.Parallel()
	table := func(safe bool) media.Table {
		return media.Table{Columns: []string{"=c"}, Rows: media.Rows([]any{"=1+1"}, []any{" \t@x"}, []any{-5}, []any{"a=b"}, []any{"-"}), NoIndex: true, Safe: safe}
	}
	if got := written(t, table(true), media.CSV); got != "'=c\n'=1+1\n\"' \t@x\"\n-5\na=b\n'-\n" && got != "'=c\n'=1+1\n' \t@x\n-5\na=b\n'-\n" {
		t.Errorf("%q", got)
	}
	if got := written(t, table(false), media.CSV); !strings.HasPrefix(got, "=c\n=1+1\n") {
		t.Errorf("%q", got)
	}
}

func TestHostileCells(t *testing.T) {
	t.Parallel()
	table := func() media.Table {
		return media.Table{Columns: []string{"<script>\n"}, Rows: media.Rows([]any{"</td><script>alert(1)</script>\r\nx,\"y"})}
	}
	if got := written(t, table(), media.HTML); strings.Contains(got, "<script>") {
		t.Error(got)
	}
	if got := written(t, table(), media.Text); strings.Count(got, "\n") != 2 {
		t.Errorf("%q", got)
	}
	if got, err := csv.NewReader(strings.NewReader(written(t, table(), media.CSV))).ReadAll(); err != nil || len(got) != 2 {
		t.Errorf("%q %v", got, err)
	}
}

func TestTablesThatEndEarly(t *testing.T) {
	t.Parallel()
	gone := errors.New("the database is gone")
	broken := media.Table{Columns: []string{"a"}, Rows: func(yield func([]any, error) bool) { _ = yield([]any{1}, nil) && yield(nil, gone) }}
	short := media.Table{Columns: []string{"a", "b"}, Rows: media.Rows([]any{1})}
	unshown := media.Table{Columns: []string{"a"}, Rows: media.Rows([]any{func() {}})}
	for _, f := range []media.Form{media.JSON, media.HTML, media.CSV, media.Text} {
		var b strings.Builder
		if err := broken.Write(&b, f); !errors.Is(err, gone) {
			t.Errorf("%s: %v", f, err)
		}
		if short.Write(&b, f) == nil || unshown.Write(&b, f) == nil {
			t.Errorf("%s takes what is no row", f)
		}
	}
}

// counting knows how much was written when a row is asked for.
type counting int

func (c *counting) Write(b []byte) (int, error) { *c += counting(len(b)); return len(b), nil }

func TestLargeTablesAreWrittenAsTheyCome(t *testing.T) {
	t.Parallel()
	const rows = 200_000
	for _, f := range []media.Form{media.JSON, media.HTML, media.CSV, media.Text} {
		var out counting
		half := counting(0)
		table := media.Table{Columns: []string{"n"}, Rows: func(yield func([]any, error) bool) {
			for n := range rows {
				if n == rows/2 {
					half = out
				}
				if !yield([]any{n}, nil) {
					return
				}
			}
		}}
		if err := table.Write(&out, f); err != nil || half < out/3 {
			t.Errorf("%s: %d of %d bytes were written at half of the rows; %v", f, half, out, err)
		}
	}
}
