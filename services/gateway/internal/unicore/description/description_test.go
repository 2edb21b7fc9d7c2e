package description_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore/description"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

var site = description.Site{
	Name: "DEMO-SITE", Queues: []string{"normal"},
	Applications: description.BuiltIn(), UserDN: "CN=demouser,O=Heddle",
}

func translate(t *testing.T, text string) (jobsapi.Spec, error) {
	t.Helper()
	v, err := lenient.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return description.Translate(v.(lenient.Object), site)
}

// covers: U4-152 U4-157 U4-159
func TestWhatADescriptionBecomes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want jobsapi.Spec
	}{
		"nothing":              {`{}`, jobsapi.Spec{}},
		"null is absent":       {`{"Executable": null, "Login node": null}`, jobsapi.Spec{}},
		"unknown keys":         {`{"Color": "red", "Site name": "x", "User preferences": {}}`, jobsapi.Spec{}},
		"name and tags":        {`{"Name": "n", "Tags": ["a"], "tags": "b,c", "Project": "p"}`, jobsapi.Spec{Name: "n", Tags: []string{"a", "b", "c"}, Project: "p"}},
		"stage-in as text":     {`{"haveClientStageIn": "true"}`, jobsapi.Spec{ClientStageIn: true}},
		"stage-in as bool":     {`{"haveClientStageIn": true}`, jobsapi.Spec{ClientStageIn: true}},
		"stage-in as Python":   {`{"haveClientStageIn": "True"}`, jobsapi.Spec{ClientStageIn: true}},
		"stage-in as number":   {`{"haveClientStageIn": 1}`, jobsapi.Spec{}},
		"exit code":            {`{"IgnoreNonZeroExitCode": "true"}`, jobsapi.Spec{IgnoreExitCode: true}},
		"files":                {`{"Stdout": "out/o", "Stderr": "/e"}`, jobsapi.Spec{Stdout: "out/o", Stderr: "e"}},
		"inline data":          {`{"Imports": [{"From": "inline://x", "To": "in.txt", "Data": "a\nb"}]}`, jobsapi.Spec{Inputs: []jobsapi.Input{{Path: "in.txt", Data: "a\nb"}}}},
		"inline lines":         {`{"Imports": {"d/in": {"Data": ["a", "b\n"]}}}`, jobsapi.Spec{Inputs: []jobsapi.Input{{Path: "d/in", Data: "a\nb\n"}}}},
		"no exports":           {`{"Exports": [], "Imports": []}`, jobsapi.Spec{}},
		"resources":            {`{"Resources": {"Runtime": "10m", "Queue": "normal", "Nodes": "2", "CPUsPerNode": 4, "Memory": "1.5G"}}`, jobsapi.Spec{Queue: "normal", Limits: jobsapi.Resources{Runtime: 600, Nodes: 2, CPUs: 8, Memory: 3 << 29}}},
		"CPUs":                 {`{"Resources": {"CPUs": "8", "Runtime": 90.5, "Project": "q"}}`, jobsapi.Spec{Project: "q", Limits: jobsapi.Resources{CPUs: 8, Runtime: 91}}},
		"a login node is here": {`{"Job type": "INTERACTIVE", "Login node": null}`, jobsapi.Spec{}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := translate(t, c.text)
			if err != nil {
				t.Fatal(err)
			}
			if got.Origin == nil || got.Origin.Dialect != "unicore" || got.Site != "DEMO-SITE" {
				t.Fatalf("site %q, origin %v", got.Site, got.Origin)
			}
			got.Origin, got.Site = nil, ""
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestMistakesAreNamedAllAtOnce(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"Executable": 5, "Arguments": "x", "Imports": 7}`: "Imports Executable Arguments",
		`{"Executable": ""}`:                                                             "Executable",
		`{"Executable": ["a"]}`:                                                          "Executable",
		`{"Arguments": [{"Values": ["1"]}, "a\nb"]}`:                                     "Arguments[0] Arguments[1]",
		`{"Parameters": {"P": {"From": "1", "To": "3"}}}`:                                "Parameters.P",
		`{"Environment": {"A-B": "x"}}`:                                                  "Environment",
		`{"Environment": "A=b"}`:                                                         "Environment",
		`{"Exports": [{"From": "x", "To": "https://x"}]}`:                                "Exports",
		`{"Imports": [{"From": "https://x/y", "To": "y"}]}`:                              "Imports[0].From",
		`{"Imports": [{"Data": "x", "To": "../y"}]}`:                                     "Imports[0].To",
		`{"Imports": [{"Data": "x"}]}`:                                                   "Imports[0].To",
		`{"Imports": {"y": "file:/etc/passwd"}}`:                                         "Imports.y.From",
		`{"Imports": [{"Data": "x", "To": "y", "Permissions": "777", "Mode":"append"}]}`: "Imports[0].Permissions Imports[0].Mode",
		`{"Stdout": "../x", "Stdin": "/"}`:                                               "Stdout Stdin",
		`{"Resources": {"Runtime": "10 parsecs", "Queue": "fast", "Colour": 1}}`:         "Resources.Runtime Resources.Queue Resources.Colour",
		`{"Resources": {"Nodes": 0, "Memory": "1e99", "CPUs": "${N}"}}`:                  "Resources.Nodes Resources.Memory Resources.CPUs",
		`{"Resources": []}`:                                                              "Resources",
		`{"Job type": "ALLOCATE"}`:                                                       "Job type",
		`{"Job type": "dream"}`:                                                          "Job type",
		`{"Notification": "https://x", "Not before": "12:00"}`:                           "Notification Not before",
		`{"ApplicationName": "Nope"}`:                                                    "ApplicationName",
		`{"ApplicationName": "Date", "ApplicationVersion": "9"}`:                         "ApplicationVersion",
		`{"User precommand": "true"}`:                                                    "Executable",
		`{"Umask": "rwx"}`:                                                               "Umask",
	} {
		_, err := translate(t, text)
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var names []string
		for _, f := range fault.From(err).Fields {
			names = append(names, f.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: named %q, want %q", text, got, want)
		}
	}
}

func TestOriginHidesSecrets(t *testing.T) {
	t.Parallel()
	spec, err := translate(t, `{Imports: [{To: a, Data: 'top secret', Credentials: {Username: u, Password: pw}}], Imports2: 1}`)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Imports":[{"To":"a","Data":"***","Credentials":"***"}],"Imports2":1}`
	if got := string(spec.Origin.Document); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func FuzzTranslate(f *testing.F) {
	for _, seed := range []string{
		`{"Executable": "date", "Arguments": ["$HOME"], "Environment": ["A=$B"], "Stdin": "x"}`,
		`{"Imports": {"a": {"Data": [1]}}, "Resources": {"Runtime": "1h"}}`,
		`{"ApplicationName": "Date", "User precommand": ["a"], "Umask": 77}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := lenient.Parse([]byte(text))
		doc, ok := v.(lenient.Object)
		if err != nil || !ok {
			return
		}
		spec, err := description.Translate(doc, site)
		if err != nil {
			if !fault.Is(err, fault.Invalid) || len(fault.From(err).Fields) == 0 {
				t.Fatalf("an error without a named field: %v", err)
			}
			return
		}
		if spec.Origin == nil || !json.Valid(spec.Origin.Document) {
			t.Fatalf("origin %v", spec.Origin)
		}
		if spec.Executable != "" || strings.ContainsRune(spec.Script, 0) {
			t.Fatalf("spec %+v", spec)
		}
	})
}
