package lenient_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
)

// covers: U4-231 D1-064 U4-128
func TestReadsWhatPeopleWrite(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"strict":                 {`{"a":[1,true,null,"x"],"b":{"c":-1.5e3}}`, `{"a":[1,true,null,"x"],"b":{"c":-1.5e3}}`},
		"trailing comma":         {`{"a":1,"b":[1,2,],}`, `{"a":1,"b":[1,2]}`},
		"single quotes":          {`{'tags': 'it\'s "x"'}`, `{"tags":"it's \"x\""}`},
		"unquoted keys":          {"{ Executable: \"/bin/echo\",\n Arguments: \"Hello World\" }", `{"Executable":"/bin/echo","Arguments":"Hello World"}`},
		"unquoted words":         {`{Runtime: 10m, Site: https://h:8080/x, n: 007, User precommand: true}`, `{"Runtime":"10m","Site":"https://h:8080/x","n":"007","User precommand":true}`},
		"line break for a comma": {"{\"source\": \"UFTP:https://x\"\n \"extra\": {\"uftp.compression\": true}}", `{"source":"UFTP:https://x","extra":{"uftp.compression":true}}`},
		"list over lines":        {"[\n'a'\n'b',\n\n'c'\n]", `["a","b","c"]`},
		"repeated name":          {`{"a":1,"b":2,"a":3}`, `{"a":3,"b":2}`},
		"unicode":                {`["\u00e4\ud83d\ude00\ud83dx", "ä"]`, "[\"ä😀\ufffdx\",\"ä\"]"},
		"scalar":                 {` "x" `, `"x"`},
		"order kept":             {`{"z":1,"a":2}`, `{"z":1,"a":2}`},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := lenient.Parse([]byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := json.Marshal(v); err != nil || string(got) != c.want {
				t.Fatalf("got %s, %v\nwant %s", got, err, c.want)
			}
		})
	}
}

func TestSaysWhatIsWrongAndWhere(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                       "line 1, column 1: the document is empty",
		"{\"a\":1,\n \"b\" 2}":   `line 2, column 6: expected ':' after the name "b", found '2'`,
		`{"a":`:                  "line 1, column 6: expected a value, found the end",
		`{"a":1`:                 `line 1, column 7: expected '}' before the end`,
		`[1,,2]`:                 "line 1, column 4: expected a value, found ','",
		`{,}`:                    "line 1, column 2: expected a name, found ','",
		`{"a":1} x`:              "line 1, column 9: unexpected 'x' after the document",
		`["a" "b"]`:              `line 1, column 6: expected ',' or ']', found '"'`,
		`["a`:                    "line 1, column 4: a quoted text has no end",
		`["\x"]`:                 "line 1, column 3: unknown escape in a quoted text",
		"[\"a\nb\"]":             `line 1, column 4: control character '\n' in a quoted text`,
		"[\"\xff\"]":             "line 1, column 1: the text is not UTF-8",
		strings.Repeat("[", 100): "line 1, column 66: nested deeper than 64",
	} {
		_, err := lenient.Parse([]byte(text))
		var syntax *lenient.SyntaxError
		if !errors.As(err, &syntax) || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestNullIsAbsent(t *testing.T) {
	t.Parallel()
	v, err := lenient.Parse([]byte(`{"Login node": null, "x": 1}`))
	if err != nil {
		t.Fatal(err)
	}
	o := v.(lenient.Object)
	if got, ok := o.Get("Login node"); ok {
		t.Errorf("null is there: %v", got)
	}
	if got, ok := o.With("x", "2").Get("x"); !ok || got != "2" {
		t.Errorf("With: %v", got)
	}
	if got, _ := o.Get("x"); got != lenient.Number("1") {
		t.Errorf("With changed the original: %v", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"a":[1,true,null,"x\u0041"],}`, "{a: b\n'c': 1e5}", `[[[[`, `{"\ud83d":0}`, `"`, `[1 2]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := lenient.Parse(text)
		if err != nil {
			if json.Valid(text) && mustTake(text) {
				t.Fatalf("refused valid JSON: %v", err)
			}
			return
		}
		out, err := json.Marshal(v)
		if err != nil || !json.Valid(out) {
			t.Fatalf("wrote %q, %v", out, err)
		}
		again, err := lenient.Parse(out)
		if err != nil || !reflect.DeepEqual(v, again) {
			t.Fatalf("%q: read %#v, again %#v, %v", text, v, again, err)
		}
	})
}

// mustTake: is this valid JSON within the reader's bounds?
func mustTake(text []byte) bool {
	return bytes.Equal(bytes.ToValidUTF8(text, nil), text) && bytes.Count(text, []byte("["))+bytes.Count(text, []byte("{")) <= lenient.MaxDepth
}
