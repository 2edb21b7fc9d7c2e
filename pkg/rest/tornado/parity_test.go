package tornado_test

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the examples into docs/tornado-parity.md again")

const parity = "../../../docs/tornado-parity.md"

// fence is an example's place in the document.
var fence = regexp.MustCompile("(?s)<!-- (Example_\\w+|manual) -->\n```go\n(.*?)```\n")

// TestParityShowsWhatRuns: the Go code of docs/tornado-parity.md is that of
// the examples of this package, which are compiled and run; and each of them
// is there.
func TestParityShowsWhatRuns(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(parity)
	if err != nil {
		t.Fatal(err)
	}
	code := examples(t)
	shown := map[string]bool{}
	fresh := fence.ReplaceAllStringFunc(string(text), func(place string) string {
		name := fence.FindStringSubmatch(place)[1]
		if shown[name] || code[name] == "" {
			t.Errorf("%s is there twice, or is no example", name)
		}
		shown[name] = true
		return "<!-- " + name + " -->\n```go\n" + code[name] + "```\n"
	})
	for name := range code {
		if !shown[name] {
			t.Errorf("%s is not in the document", name)
		}
	}
	if n := strings.Count(fresh, "```go"); n != len(shown) {
		t.Errorf("%d pieces of Go, %d of them examples", n, len(shown))
	}
	switch {
	case fresh == string(text):
	case *update:
		if err := os.WriteFile(parity, []byte(fresh), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Error("the document is out of date: go test -run Parity -update ./pkg/rest/tornado")
	}
}

// examples are the pieces of the example files: what each example needs comes
// before it. The manual's handlers are those of the fixture.
func examples(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("example_*_test.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, file := range files {
		pieces(t, file, out)
	}
	fixture := map[string]string{}
	pieces(t, "fixture_test.go", fixture)
	begin, end := "// jobHandler is", "type job struct"
	all := fixture[""]
	out["manual"] = strings.TrimSpace(all[strings.Index(all, begin):strings.Index(all, end)]) + "\n"
	return out
}

// pieces cuts a file behind each example; the last piece has no name.
func pieces(t *testing.T, file string, out map[string]string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	tree, err := parser.ParseFile(files, file, text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	at := func(p token.Pos) int { return files.Position(p).Offset }
	from := 0
	for _, d := range tree.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			if d.Tok == token.IMPORT {
				from = at(d.End())
			}
		case *ast.FuncDecl:
			if strings.HasPrefix(d.Name.Name, "Example_") {
				out[d.Name.Name] = strings.TrimSpace(string(text[from:at(d.End())])) + "\n"
				from = at(d.End())
			}
		}
	}
	out[""] = string(text[from:])
	if strings.HasPrefix(file, "example_") {
		delete(out, "")
	}
}
