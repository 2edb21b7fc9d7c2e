package arg_test

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/arg"
)

type postJob struct {
	Manifest map[string]any `arg:"manifest"`
}

type deleteJob struct {
	JobIDs []int `arg:"jobIDs"`
}

type anyJob struct {
	Job any `arg:"job"`
}

// covers: D0-044 D0-045 D0-048 D0-072
func TestTheOnlyArgumentIsTheBody(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`[{"Executable":"/bin/ls"}]`:           `{"Manifest":{"Executable":"/bin/ls"}}`,
		`{"Executable":"/bin/ls"}`:             `{"Manifest":{"Executable":"/bin/ls"}}`,
		`{"manifest":{"Executable":"/bin/x"}}`: `{"Manifest":{"Executable":"/bin/x"}}`,
		`[{},{}]`:                              "arguments are 2; 1 are taken by position",
		`[7]`:                                  "manifest must be a JSON object",
		``:                                     "manifest is required",
	} {
		if got := bound[postJob](t, arg.ReadStrict, "/", jsonType, body); got != want {
			t.Errorf("%s: %s", body, got)
		}
	}
	for body, want := range map[string]string{
		`[123,124]`:             `{"JobIDs":[123,124]}`,
		`[123]`:                 `{"JobIDs":[123]}`,
		`[[123,124]]`:           `{"JobIDs":[123,124]}`,
		`[]`:                    `{"JobIDs":[]}`,
		`{"jobIDs":[1]}`:        `{"JobIDs":[1]}`,
		`[1,"x"]`:               "jobIDs has an element, number 1, that must be a whole number",
		`[1.5]`:                 "jobIDs has an element, number 0, that must be a whole number",
		`{"jobIDs":[1],"x":""}`: "x is unknown",
		`[1,2`:                  "body is no JSON: it ends too early",
	} {
		if got := bound[deleteJob](t, arg.ReadStrict, "/", jsonType, body); got != want {
			t.Errorf("%s: %s", body, got)
		}
	}
	if got := bound[deleteJob](t, arg.ReadStrict, "/?jobIDs=1&jobIDs=2", "", ""); got != `{"JobIDs":[1,2]}` {
		t.Error(got)
	}
	if got := bound[deleteJob](t, arg.ReadStrict, "/9", "", ""); got != `{"JobIDs":[9]}` {
		t.Error(got)
	}
	for body, want := range map[string]string{`[{"a":1}]`: `{"Job":{"a":1}}`, `[1,2]`: `{"Job":[1,2]}`, `{"a":1}`: `{"Job":{"a":1}}`} {
		if got := bound[anyJob](t, arg.ReadStrict, "/", jsonType, body); got != want {
			t.Errorf("%s: %s", body, got)
		}
	}
}

type hello struct {
	Args   []string       `arg:",tail"`
	Kwargs map[string]any `arg:",rest"`
}

func TestEverythingElse(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ target, body, want string }{
		{"/", "", `{"Args":[],"Kwargs":{}}`},
		{"/pos_arg1/b?option=a&option=b&x=1", "", `{"Args":["pos_arg1","b"],"Kwargs":{"option":["a","b"],"x":"1"}}`},
		{"/a", `["b"]`, `{"Args":["a","b"],"Kwargs":{}}`},
		{"/", `{"x":{"y":[1]}}`, `{"Args":[],"Kwargs":{"x":{"y":[1]}}}`},
		{"/", `[1]`, "arguments has an element, number 0, that must be a text"},
	} {
		if got := bound[hello](t, arg.ReadStrict, tc.target, jsonType, tc.body); got != tc.want {
			t.Errorf("%s %s: %s", tc.target, tc.body, got)
		}
	}
}
