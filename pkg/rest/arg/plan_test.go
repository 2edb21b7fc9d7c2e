package arg_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
)

// bound is what a request's arguments make of a Q, as JSON; or the texts of
// all that is wrong. target's path has the positional arguments.
func bound[Q any](t testing.TB, with reader, target, contentType, body string) string {
	t.Helper()
	plan, err := arg.Compile(reflect.TypeFor[Q](), true)
	if err != nil {
		t.Fatal(err)
	}
	path, _, _ := strings.Cut(target, "?")
	positional := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	v, err := read(with, target, contentType, body)
	if err == nil {
		var q Q
		if err = arg.Fault(plan.Bind(reflect.ValueOf(&q).Elem(), v, positional...)...); err == nil {
			b, _ := json.Marshal(q)
			return string(b)
		}
	}
	var texts []string
	for _, f := range fault.From(err).Fields {
		texts = append(texts, f.Name+" "+f.Message)
	}
	return strings.Join(texts, "; ")
}

type getJob struct {
	JobID    int     `arg:"jobID" doc:"Which job."`
	Category *string `arg:"category"`
	MyOption string  `arg:"my_option,keyword"`
	Limit    int     `arg:"limit,keyword" default:"20"`
}

// covers: D0-027 D0-028 D0-029 D0-030 D0-031 D0-053 D0-070
func TestArgumentsByPositionAndName(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{
		"/123?my_option=x":                    `{"JobID":123,"Category":null,"MyOption":"x","Limit":20}`,
		"/123/owner?my_option=+x+&limit=5":    `{"JobID":123,"Category":"owner","MyOption":"x","Limit":5}`,
		"/?jobID=7&my_option=&category=a":     `{"JobID":7,"Category":"a","MyOption":"","Limit":20}`,
		"/7?jobID=7&my_option=x":              `{"JobID":7,"Category":null,"MyOption":"x","Limit":20}`,
		"/7?jobID=8&my_option=x":              "jobID is given twice, with different values",
		"/abc":                                "jobID must be a whole number; my_option is required",
		"/1.5?my_option=x&limit=x":            "jobID must be a whole number; limit must be a whole number",
		"/?my_option=x":                       "jobID is required",
		"/1/a/x?my_option=x":                  "arguments are 3; 2 are taken by position",
		"/99999999999999999999?my_option=x":   "jobID is out of range",
		"/1?my_option=x&limit=1&limit=2&z=ok": `{"JobID":1,"Category":null,"MyOption":"x","Limit":2}`,
	} {
		if got := bound[getJob](t, arg.ReadStrict, target, "", ""); got != want {
			t.Errorf("%s: %s", target, got)
		}
	}
	for body, want := range map[string]string{
		`{"jobID":1.0,"my_option":"x"}`:            `{"JobID":1,"Category":null,"MyOption":"x","Limit":20}`,
		`[5,"site"]`:                               `{"JobID":5,"Category":"site","MyOption":"q","Limit":20}`,
		`{"jobID":"1","my_option":2,"other":[]}`:   "jobID must be a whole number; my_option must be a text; other is unknown",
		`{"jobID":1,"category":null}`:              `{"JobID":1,"Category":null,"MyOption":"q","Limit":20}`,
		`{"jobID":1,"jobID":2,"limit":1e400}`:      "limit is out of range",
		`[1,"a","b"]`:                              "arguments are 3; 2 are taken by position",
		`{"jobID":1,"limit":` + deep(99) + `}`:     "limit must be a whole number",
		`{"jobID":1,"limit":` + deep(10_000) + `}`: "body is nested too deeply",
	} {
		if got := bound[getJob](t, arg.ReadStrict, "/?my_option=q", jsonType, body); got != want {
			t.Errorf("%.60s: %s", body, got)
		}
	}
}

func deep(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

// What was made up is not told back at length.
func TestManyUnknownMembers(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&b, `"x%d%s":1,`, i, strings.Repeat("y", 20))
	}
	body := "{" + b.String() + `"` + strings.Repeat("ü", 10_000) + `":1}`
	got := bound[getJob](t, arg.ReadStrict, "/1?my_option=x", jsonType, body)
	if n := strings.Count(got, "is unknown"); n != 50 || len(got) > 10_000 {
		t.Errorf("%d are told, in %d bytes", n, len(got))
	}
	if got := bound[getJob](t, arg.ReadStrict, "/1?my_option=x", jsonType, `{"`+strings.Repeat("ü", 10_000)+`":1}`); len(got) > 200 || !strings.Contains(got, "ü… is unknown") {
		t.Errorf("%.300s", got)
	}
}

func TestByCore4sRules(t *testing.T) {
	t.Parallel()
	type q struct {
		A int   `arg:"a"`
		B *bool `arg:"b"`
		L []any `arg:"l,optional"`
	}
	for body, want := range map[string]string{
		`{"a":"1","b":"yes","other":1}`: `{"A":1,"B":true,"L":null}`,
		`{"a":2.9,"l":"[1]"}`:           `{"A":2,"B":null,"L":[1]}`,
		`[5]`:                           "a is required",
	} {
		if got := bound[q](t, arg.Read, "/", "", body); got != want {
			t.Errorf("%s: %s", body, got)
		}
	}
	plan, _ := arg.Compile(reflect.TypeFor[q](), true)
	v, _ := read(arg.Read, "/?b=maybe", "", "")
	err := arg.Fault(plan.Bind(reflect.New(reflect.TypeFor[q]()).Elem(), v)...)
	if f := fault.From(err); f.Code != arg.CodeMissing || f.Message != "Missing argument a; parameter [b] expected as_type [bool]" {
		t.Errorf("%+v", f)
	}
}

func TestPlansThatCannotBe(t *testing.T) {
	t.Parallel()
	for want, q := range map[string]any{
		"not exported": struct {
			a int `arg:"a"`
		}{},
		"unknown option": struct {
			A int `arg:"a,always"`
		}{},
		"no name of its own": struct {
			A int `arg:""`
		}{},
		"name of its own": struct {
			A int `arg:"a"`
			B int `arg:"a"`
		}{},
		"can be a chan int": struct {
			A chan int `arg:"a"`
		}{},
		"can be a map[int]int": struct {
			A map[int]int `arg:"a"`
		}{},
		"must be a whole": struct {
			A int `arg:"a" default:"x"`
		}{},
		"one slice": struct {
			A int `arg:",tail"`
		}{},
		"one map": struct {
			A map[string]string `arg:",rest"`
		}{},
		"into a struct": 5,
	} {
		if _, err := arg.Compile(reflect.TypeOf(q), true); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestPlansAreDescribed(t *testing.T) {
	t.Parallel()
	plan, err := arg.Compile(reflect.TypeFor[struct {
		getJob
		hello
		Other string
	}](), true)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range plan.Fields() {
		got = append(got, fmt.Sprintf("%s %s %t %t %t %s", f.Name, f.As, f.Required, f.Keyword, f.Default != nil, f.Doc))
	}
	want := "jobID int true false false Which job.|category str false false false |my_option str true true false |limit int false true true "
	if strings.Join(got, "|") != want || len(plan.Positional()) != 2 || !plan.HasTail() || !plan.HasRest() || plan.Empty() {
		t.Errorf("%q", got)
	}
}
