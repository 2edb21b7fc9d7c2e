package filter_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/gateway/internal/ecflow/filter"
)

const (
	object = `{"variables":[{"name":"A","value":"a"},{"name":"B","value":"b"}],"path":"/s","repeat":null,"why":{"up":["one","two"]},"n":7,"odd]":1,"grid":[[1,2],[3,4]]}`
	list   = `["s","t"]`
)

func pick(document, text string) (string, error) {
	p, err := filter.Parse(text)
	if err != nil {
		return "", err
	}
	b, err := p.Pick([]byte(document))
	return string(b), err
}

// covers: E3-098
func TestPick(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ document, filter, want string }{
		{object, "", object},
		{object, ".", object},
		{object, "..", object},
		{object, "path", `"/s"`},
		{object, "n", `7`},
		{object, "why.up[1]", `"two"`},
		{object, "why.up", `["one","two"]`},
		{object, "variables[0]", `{"name":"A","value":"a"}`},
		{object, "variables[1].name", `"B"`},
		{object, "variables[ 1].name", `"B"`},
		{object, "variables[01].name", `"B"`},
		{object, ".path", `"/s"`},
		{object, "path.", `"/s"`},
		{object, "why..up[0]", `"one"`},
		{object, "variables[0][name]", `{"name":"A","value":"a"}`},
		{object, "grid[1][0]", `[3,4]`},
		{object, "grid[1].[0]", `3`},
		{object, "variables[0]x.name", `"A"`},
		{object, "odd]", `1`},
		{list, "[0]", `"s"`},
		{list, " [0]", "null"},
		// What is not there is null, as is what has another type.
		{object, "none", "null"},
		{object, "none.deeper[3].still", "null"},
		{object, "Path", "null"},
		{object, "repeat", "null"},
		{object, "repeat.x", "null"},
		{object, "path.x", "null"},
		{object, "path[0]", "null"},
		{object, "variables[2]", "null"},
		{object, "variables[-1]", "null"},
		{object, "variables.0", "null"},
		{object, "variables.name", "null"},
		{object, "variables]", "null"},
		{object, "variables[", "null"},
		{object, "variables[0", "null"},
		{object, "path.[0]", "null"},
		{object, "variables[1.5]", "null"},
		{list, "[2]", "null"},
		{list, "[-1]", "null"},
		{list, "[0].x", "null"},
		{list, "s", "null"},
		{`"text"`, "[0]", "null"},
	} {
		if got, err := pick(c.document, c.filter); err != nil || got != c.want {
			t.Errorf("%q of %.20s: %q, %v; want %q", c.filter, c.document, got, err, c.want)
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"variables[x]", "variables[]", "[zero]", "variables[99999999999]", "variables[1x]", "variables[0x1]",
		"path.variables[x].y", "[0]", "why.[0]", strings.Repeat("a", filter.Max+1)} {
		if got, err := pick(object, text); err == nil {
			t.Errorf("%.30q gives %s", text, got)
		}
	}
}

// Whatever is asked, the answer is a part of the document, or null.
func FuzzPick(f *testing.F) {
	for _, text := range []string{"a.b.c[0]", "[0]", "why.up[1]", "variables[-1]", "..[", "]["} {
		f.Add(object, text)
		f.Add(list, text)
	}
	f.Fuzz(func(t *testing.T, document, text string) {
		if !json.Valid([]byte(document)) {
			return
		}
		got, err := pick(document, text)
		if err == nil && got != "null" && (!json.Valid([]byte(got)) || !strings.Contains(document, got)) {
			t.Fatalf("%q of %s gives %q", text, document, got)
		}
	})
}
