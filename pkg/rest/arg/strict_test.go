package arg_test

import (
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
)

func TestStrictBodies(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ target, contentType, body, want string }{
		"query, trimmed":         {"/?a=1&a=+2+", "", "", "2"},
		"form beats query":       {"/?a=1", urlencoded, "a=2", "2"},
		"JSON beats query":       {"/?a=1", jsonType, `{"a":3}`, "3"},
		"JSON of its own kind":   {"/", "application/vnd.x+json", `{"a":3}`, "3"},
		"JSON without a type":    {"/?a=1", "", `{"a":3}`, "1"},
		"the last member":        {"/", jsonType, `{"a":1,"a":2}`, "2"},
		"empty JSON":             {"/?a=1", jsonType, " \n", "1"},
		"malformed JSON":         {"/?a=1", jsonType, `{"a":`, "body"},
		"bad JSON":               {"/?a=1", jsonType, `{a:1}`, "body"},
		"something after it":     {"/?a=1", jsonType, `{"a":2} {}`, "body"},
		"a number":               {"/?a=1", jsonType, `5`, "body"},
		"null":                   {"/?a=1", jsonType, `null`, "body"},
		"no UTF-8":               {"/?a=1", jsonType, "{\"a\":\"\xff\"}", "body"},
		"NaN":                    {"/?a=1", jsonType, `{"a":NaN}`, "body"},
		"nested too deeply":      {"/?a=1", jsonType, strings.Repeat("[", 100_000), "body"},
		"an unreadable query":    {"/?a=1&b=%zz", "", "", "query"},
		"an unreadable form":     {"/?a=1", urlencoded, "a=%zz", "body"},
		"an unreadable, in part": {"/?a=1", multipart, part("a", "2")[:50], "body"},
	} {
		v, err := read(arg.ReadStrict, tc.target, tc.contentType, tc.body)
		if err != nil {
			if f := fault.From(err); f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != tc.want {
				t.Errorf("%s: %+v", name, f)
			}
			continue
		}
		if got := v.Text("a"); got != tc.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// By the strict rules JSON has types.
func TestStrictTypes(t *testing.T) {
	t.Parallel()
	get := func(body string) arg.Values {
		v, err := read(arg.ReadStrict, "/?q=1&q=2", jsonType, body)
		return must(t, v, err)
	}
	for body, want := range map[string]bool{`1`: true, `1.0`: true, `1e0`: true, `1.5`: false, `"1"`: false, `true`: false, `[1]`: false} {
		if _, err := arg.Get[int](get(`{"a":`+body+`}`), "a"); (err == nil) != want {
			t.Errorf("int of %s: %v", body, err)
		}
	}
	for body, want := range map[string]bool{`true`: true, `"true"`: false, `1`: false} {
		if _, err := arg.Get[bool](get(`{"a":`+body+`}`), "a"); (err == nil) != want {
			t.Errorf("bool of %s: %v", body, err)
		}
	}
	for body, want := range map[string]bool{`"x"`: true, `1`: false, `{}`: false} {
		if _, err := arg.Get[string](get(`{"a":`+body+`}`), "a"); (err == nil) != want {
			t.Errorf("string of %s: %v", body, err)
		}
	}
	for body, want := range map[string]bool{`[1,2]`: true, `"[1,2]"`: false, `1`: false, `["1"]`: false, `null`: true, `[1,null]`: false} {
		if _, err := arg.Get[[]int](get(`{"a":`+body+`}`), "a"); (err == nil) != want {
			t.Errorf("list of %s: %v", body, err)
		}
	}
	if list, err := arg.Get[[]int](get(`{}`), "q"); err != nil || len(list) != 2 || list[1] != 2 {
		t.Errorf("all values of a name: %v %v", list, err)
	}
	if n, err := arg.Get[int](get(`{}`), "q"); err != nil || n != 2 {
		t.Errorf("the last value of a name: %v %v", n, err)
	}
}
