package description_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore/description"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

var site = description.Site{
	Name: "DEMO-SITE", UserDN: "CN=demouser,O=Heddle", Umask: "077", Now: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC),
	Servers: description.Servers{Base: "https://heddle.example:8443/DEMO-SITE/rest/core"},
}

func translate(t *testing.T, text string) (jobsapi.Spec, error) {
	t.Helper()
	v, err := lenient.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	job, err := description.Translate(v.(lenient.Object), site)
	return job.Spec, err
}

// run is the description of a job with a command line, with what every such
// job has.
func run(s jobsapi.Spec) jobsapi.Spec {
	s.Umask = "077"
	if s.Environment == nil {
		s.Environment = map[string]string{}
	}
	s.Environment["UC_USERDN"] = "CN=demouser,O=Heddle"
	return s
}

// covers: C4-27 C4-29 C4-30 C4-36 C4-37 C4-416 C4-419 C4-421 C4-422 C4-423 C4-424 C4-426 C4-430 C4-434 C4-438 C4-441 U4-152 U4-157 U4-159
func TestWhatADescriptionBecomes(t *testing.T) {
	t.Parallel()
	type spec = jobsapi.Spec
	type limits = jobsapi.Resources
	type transfers = []jobsapi.Transfer
	for name, c := range map[string]struct {
		text string
		want spec
	}{
		"nothing":            {`{}`, spec{}},
		"null is absent":     {`{"Executable": null, "Login node": null}`, spec{}},
		"unknown keys":       {`{"Color": "red", "Site name": "x", "User preferences": {}}`, spec{}},
		"name and tags":      {`{"Name": "n", "Tags": ["a"], "tags": "b,c", "Project": "p"}`, spec{Name: "n", Tags: []string{"a", "b", "c"}, Project: "p"}},
		"stage-in as text":   {`{"haveClientStageIn": "true"}`, spec{ClientStageIn: true}},
		"stage-in as bool":   {`{"haveClientStageIn": true}`, spec{ClientStageIn: true}},
		"stage-in as Python": {`{"haveClientStageIn": "True"}`, spec{ClientStageIn: true}},
		"stage-in as number": {`{"haveClientStageIn": 1}`, spec{}},
		"exit code":          {`{"IgnoreNonZeroExitCode": "true"}`, spec{IgnoreExitCode: true}},
		"files":              {`{"Stdout": "out/o", "Stderr": "/e"}`, spec{Stdout: "out/o", Stderr: "e"}},
		"a command":          {`{"Executable": "cat f", "Arguments": ["$HOME", 5], "Stdin": "/in"}`, run(spec{Command: "cat f", Arguments: []string{"$HOME", "5"}, Stdin: "in"})},
		"variables":          {`{"Executable": "x", "Environment": ["A=b=c", "B"], "Parameters": {"P": 1, "Q": ""}}`, run(spec{Command: "x", Environment: map[string]string{"A": "b=c", "B": ""}, Parameters: map[string]string{"P": "1", "Q": ""}})},
		// covers: C4-417
		"an application":     {`{"ApplicationName": "Date", "ApplicationVersion": "any", "Arguments": ["-u"]}`, run(spec{Name: "Date", Application: &jobsapi.Application{Name: "Date", Version: "any"}, Shell: true, Arguments: []string{"-u"}})},
		"executable over it": {`{"ApplicationName": "Date", "Executable": "x", "Name": "n"}`, run(spec{Name: "n", Application: &jobsapi.Application{Name: "Date"}, Command: "x"})},
		"inline data":        {`{"Imports": [{"From": "inline://x", "To": "in.txt", "Data": "a\nb"}]}`, spec{Inputs: []jobsapi.Input{{Path: "in.txt", Data: "a\nb"}}}},
		"inline lines":       {`{"Imports": {"d/in": {"Data": ["a", "b\n"], "Permissions": "r-x"}}}`, spec{Inputs: []jobsapi.Input{{Path: "d/in", Data: "a\nb\n", Permissions: "r-x"}}}},
		"nothing to move":    {`{"Exports": [], "Imports": []}`, spec{}},
		// covers: C4-429
		"inline in its place": {`{"Imports": [{"To": "a", "Data": "1", "Mode": "overwrite"}, {"From": "https://x/y", "To": "b"}, {"To": "b", "Data": "2", "Mode": "Append", "FailOnError": false}, {"To": "c", "Data": "3", "Mode": "nooverwrite"}]}`,
			spec{Imports: transfers{{From: "https://x/y", To: "b"}}, Inputs: []jobsapi.Input{{Path: "a", Data: "1"},
				{Path: "b", Data: "2", Mode: "append", Optional: true, After: 1}, {Path: "c", Data: "3", Mode: "nooverwrite", After: 1}}}},
		"imports": {`{"Imports": [{"From": "https://x/y", "To": "/d/y", "FailOnError": "false", "Mode": "Append", "ReadOnly": true, "ExtraParameters": {"commit": "c"}}, {"source": "file:/a", "file": "b"}]}`,
			spec{Imports: transfers{{From: "https://x/y", To: "d/y", Optional: true, Mode: "append", ReadOnly: true, Extra: map[string]string{"commit": "c"}}, {From: "file:/a", To: "b"}}}},
		"imports by target": {`{"Imports": {"y": "https://x/y"}}`, spec{Imports: transfers{{From: "https://x/y", To: "y"}}}},
		"exports":           {`{"Exports": [{"From": "*.dat", "To": "https://x/", "Credentials": {"Username": "u", "Password": "p"}}, {"file": "a", "target": "https://y"}]}`, spec{Exports: transfers{{From: "*.dat", To: "https://x/", Secret: "export-0"}, {From: "a", To: "https://y"}}}},
		"exports by source": {`{"Exports": {"a": "https://y"}}`, spec{Exports: transfers{{From: "a", To: "https://y"}}}},
		"resources":         {`{"Resources": {"Runtime": "10m", "Queue": "normal", "Nodes": "2", "CPUsPerNode": 4, "Memory": "1.5G", "GPUsPerNode": 1, "Exclusive": "true"}}`, spec{Queue: "normal", Limits: limits{Runtime: 600, Nodes: 2, CPUs: 8, CPUsPerNode: 4, Memory: 3 << 29, GPUs: 1, Exclusive: true}}},
		// covers: C4-428
		"CPUs and project": {`{"Project": "p", "Resources": {"CPUs": "8", "Runtime": 90.5, "Project": "q"}}`, spec{Project: "p", Limits: limits{CPUs: 8, Runtime: 91}}},
		"amounts with formulas": {`{"Executable": "x", "Parameters": {"N": "4", "Q": "fast"}, "Environment": {"N": "6"}, "Resources": {"CPUs": "${ceil(N/4)}", "Memory": "${N * 0.5}G", "Runtime": "${N > 5 ? 2 : 1}h", "Queue": "${Q}", "Colour": "${Q}-${N}"}}`,
			run(spec{Command: "x", Queue: "fast", Parameters: map[string]string{"N": "4", "Q": "fast"}, Environment: map[string]string{"N": "6"},
				Limits: limits{CPUs: 2, Memory: 3 << 30, Runtime: 7200, Other: map[string]string{"Colour": "fast-6"}}})},
		"the site's resources": {`{"Resources": {"Reservation": "r", "Colour": 1}}`, spec{Limits: limits{Other: map[string]string{"Reservation": "r", "Colour": "1"}}}},
		// covers: C4-432
		"a login node": {`{"Executable": "x", "Job type": "INTERACTIVE", "Login node": "n*"}`, run(spec{Command: "x", OnLogin: true, LoginNode: "n*"})},
		// covers: C4-433
		"raw": {`{"Executable": "x", "Job type": "raw", "BSS file": "job.sbatch"}`, run(spec{Command: "x", Directives: "job.sbatch"})},
		// covers: C4-431
		"allocate": {`{"Job type": "ALLOCATE", "Resources": {"Runtime": "10m"}}`, spec{Kind: jobsapi.Allocation, Limits: limits{Runtime: 600}}},
		// covers: C4-437
		"email and time": {`{"User email": "a@b", "Not before": "12:30"}`, spec{UserEmail: "a@b", NotBefore: time.Date(2026, 11, 21, 12, 30, 0, 0, time.UTC)}},
		// covers: C4-435
		"notification": {`{"Notification": "https://x"}`, spec{Notify: &jobsapi.Notification{URL: "https://x"}}},
		"notification, more": {`{"NotificationSettings": {"URL": "https://x", "status": ["failed", "QUEUED"], "bssStatus": ["CONFIGURING"]}}`, spec{Notify: &jobsapi.Notification{URL: "https://x", Batch: []string{"CONFIGURING"},
			States: []jobsapi.State{jobsapi.Queued, jobsapi.Matched, jobsapi.Failed, jobsapi.Aborted}}}},
		// covers: C4-425
		"user commands": {`{"Executable": "x", "User precommand": ["a", "b"], "User postcommand": "c", "RunUserPrecommandOnLoginNode": "false", "UserPostcommandIgnoreNonZeroExitcode": "true", "umask": 22}`,
			spec{Command: "x", Umask: "22", Environment: map[string]string{"UC_USERDN": "CN=demouser,O=Heddle"}, Pre: &jobsapi.Hook{Script: "a\nb", InJob: true}, Post: &jobsapi.Hook{Script: "c", IgnoreExitCode: true}}},
		// covers: C4-418 C4-420
		"sweeps": {`{"Executable": "x", "Arguments": ["-n", {"From": 1, "To": "2", "Step": "0.50"}], "Parameters": {"P": {"Values": ["a", 2]}}, "Imports": [{"From": ["https://a", "https://b"], "To": "f"}]}`,
			run(spec{Command: "x", Arguments: []string{"-n", ""}, Imports: transfers{{From: "https://a", To: "f"}}, Sweep: []jobsapi.Axis{
				{Kind: "import", Values: []string{"https://a", "https://b"}}, {Kind: "argument", At: 1, Values: []string{"1.00", "1.50", "2.00"}}, {Kind: "parameter", Name: "P", Values: []string{"a", "2"}}}})},
		"a sweep downwards": {`{"Executable": "x", "Arguments": [{"From": "3", "To": "-1", "Step": "-2"}]}`, run(spec{Command: "x", Arguments: []string{""}, Sweep: []jobsapi.Axis{{Kind: "argument", Values: []string{"3", "1", "-1"}}}})},
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
		`{"Imports": [{"From": "wf:a/b", "To": "x"}], "Exports": [{"From": "x", "To": "RBYTEIO:https://x/y"}]}`: "Imports[0].From Exports[0].To",
		`{"Imports": [{"From": ["https://x", ""], "To": "x"}]}`:                                                 "Imports[0].From[1]",
		`{"Executable": 5, "Arguments": "x", "Imports": 7}`:                                                     "Imports Executable Arguments",
		`{"Executable": ""}`:             "Executable",
		`{"Executable": ["a"]}`:          "Executable",
		`{"Arguments": [["1"], "a\nb"]}`: "Arguments[0] Arguments[1]",
		`{"Arguments": [{"Values": []}, {"From": 1}, {"From": 1, "To": 2, "Step": 0}]}`:   "Arguments[0].Values Arguments[1] Arguments[2].Step",
		`{"Arguments": [{"From": 1, "To": 2, "Step": -1}, {"From": 1, "To": 1e9}]}`:       "Arguments[0] Arguments[1]",
		`{"Parameters": {"P": {"From": "1", "To": "300"}}}`:                               "Parameters.P",
		`{"Environment": {"A-B": "x"}}`:                                                   "Environment",
		`{"Environment": {"A": {"Values": ["x"]}}}`:                                       "Environment.A",
		`{"Environment": "A=b"}`:                                                          "Environment",
		`{"Exports": [{"From": "../x", "To": ""}], "Imports": [5]}`:                       "Imports[0] Exports[0].To Exports[0].From",
		`{"Imports": [{"To": "y"}, {"To": "z", "From": []}]}`:                             "Imports[0].From Imports[1].From",
		`{"Imports": [{"Data": "x", "To": "../y"}]}`:                                      "Imports[0].To",
		`{"Imports": [{"Data": "x"}]}`:                                                    "Imports[0].To",
		`{"Imports": {"y": "inline:x"}}`:                                                  "Imports.y.From",
		`{"Imports": [{"Data": "x", "To": "y", "Permissions": "777", "Mode":"prepend"}]}`: "Imports[0].Permissions Imports[0].Mode",
		`{"Stdout": "../x", "Stdin": "/"}`:                                                "Stdin Stdout",
		`{"Resources": {"Runtime": "10 parsecs", "Queue": [1]}}`:                          "Resources.Runtime Resources.Queue",
		`{"Resources": {"Nodes": 0, "Memory": "1e99", "CPUs": "${N}"}}`:                   "Resources.Nodes Resources.Memory Resources.CPUs",
		`{"Resources": []}`:                                                               "Resources",
		`{"Job type": "dream"}`:                                                           "Job type",
		`{"Job type": "raw"}`:                                                             "BSS file",
		`{"Notification": ["https://x"], "Not before": "noon"}`:                           "Not before Notification",
		`{"NotificationSettings": {"status": ["LATE"]}}`:                                  "NotificationSettings.URL NotificationSettings.status",
		`{"User precommand": "true"}`:                                                     "Executable",
		`{"Umask": "rwx"}`:                                                                "Umask",
		`{"Umask": "1777"}`:                                                               "Umask",
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

// Credentials are beside the description, and nowhere in it.
func TestSecretsAreKeptApart(t *testing.T) {
	t.Parallel()
	v, err := lenient.Parse([]byte(`{Imports: [{To: a, From: 'https://x', Credentials: {Username: u, Password: hush}}, {To: b, From: 'https://y', Credentials: {BearerToken: ''}}],
		Exports: [{From: a, To: 'https://x', Credentials: {Token: hush}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	job, err := description.Translate(v.(lenient.Object), site)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]jobsapi.Secret{"import-0": {Username: "u", Password: "hush"}, "export-0": {Token: "hush"}}
	if !reflect.DeepEqual(job.Secrets, want) {
		t.Errorf("%+v", job.Secrets)
	}
	if text, err := json.Marshal(job.Spec); err != nil || strings.Contains(string(text), "hush") {
		t.Errorf("%v %s", err, text)
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
		job, err := description.Translate(doc, site)
		if err != nil {
			if !fault.Is(err, fault.Invalid) || len(fault.From(err).Fields) == 0 {
				t.Fatalf("an error without a named field: %v", err)
			}
			return
		}
		if job.Spec.Origin == nil || !json.Valid(job.Spec.Origin.Document) {
			t.Fatalf("origin %v", job.Spec.Origin)
		}
		again(t, job.Spec)
	})
}

// again checks that what a job is described by makes the same job.
func again(t interface{ Fatalf(string, ...any) }, spec jobsapi.Spec) {
	for _, list := range [][]jobsapi.Transfer{spec.Imports, spec.Exports} {
		for i := range list {
			list[i].Secret = "" // of which only a sign is shown
		}
	}
	text, err := json.Marshal(description.Describe(site.Outside(spec)))
	if err != nil {
		t.Fatalf("%v", err)
	}
	v, err := lenient.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	job, err := description.Translate(v.(lenient.Object), site)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	spec.Origin, job.Spec.Origin = nil, nil
	if !reflect.DeepEqual(spec, job.Spec) {
		t.Fatalf("%s\n got %+v\nwant %+v", text, job.Spec, spec)
	}
}

// A job is described without loss: the description makes the same job.
func TestDescriptionsLoseNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		job, err := description.Translate(drawDescription(t), site)
		if err != nil {
			t.Fatalf("%v %v", err, fault.From(err).Fields)
		}
		again(t, job.Spec)
	})
}
