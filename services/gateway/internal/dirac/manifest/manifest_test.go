package manifest

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

var setting = Setting{
	Caller: who.Principal{ID: "u1", Name: "demouser", Group: "users"}, VO: "heddle",
	Files: []string{"run.sh"}, Sandbox: "sha256/" + strings.Repeat("a", 64),
}

// came is the entry of the files that came, as JSON.
var came = `"` + Entry(setting.Sandbox) + `"`

func parse(t *testing.T, text string) lenient.Object {
	t.Helper()
	v, err := lenient.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v.(lenient.Object)
}

// hash is like that of a sandbox.
func hash(digit string) string { return strings.Repeat(digit, 64) }

// covers: D1-062 D1-063 D1-064
func TestWhatAManifestBecomes(t *testing.T) {
	t.Parallel()
	spec := func(change func(*jobsapi.Spec)) jobsapi.Spec {
		s := jobsapi.Spec{Executable: "/bin/echo", Stdout: "std.out", Stderr: "std.err", Priority: 1, Imports: []jobsapi.Transfer{inWorkDir(setting.Sandbox)}}
		change(&s)
		return s
	}
	for text, want := range map[string]jobsapi.Spec{
		`{ Executable: "/bin/echo", Arguments: "Hello World", Sites: ["DIRAC.Site.com", "DIRAC.Site2.com"] }`: spec(func(s *jobsapi.Spec) {
			s.Arguments, s.Sites = []string{"Hello", "World"}, []string{"DIRAC.Site.com", "DIRAC.Site2.com"}
		}),
		`{"executable": "/bin/echo", "arguments": ["a", "'b c'", "$HOME;x"]}`:                    spec(func(s *jobsapi.Spec) { s.Arguments = []string{"a", "b c", "$HOME;x"} }),
		`{"Executable": "/bin/echo", "StdOut": "o", "stderr": "e", "OutputSandbox": "*.txt"}`:    spec(func(s *jobsapi.Spec) { s.Stdout, s.Stderr, s.Outputs = "o", "e", []string{"*.txt"} }),
		`{"Executable": "/bin/echo", "JobName": "n", "Priority": "7", "Tag": ["a"]}`:             spec(func(s *jobsapi.Spec) { s.Name, s.Priority, s.Requires = "n", 7, []string{"a"} }),
		`{"Executable": "/bin/echo", "Site": "ANY", "NumberOfProcessors": 4, "Made": {"up": 1}}`: spec(func(s *jobsapi.Spec) { s.Limits.CPUs = 4 }),
		`{"Executable": "/bin/echo", "Site": ["X", "OTHER"], "MinNumberOfProcessors": 2}`:        spec(func(s *jobsapi.Spec) { s.Sites, s.Limits.CPUs = []string{"X", "OTHER"}, 2 }),
		`{"Executable": "/bin/echo", "BannedSites": ["DEMO-SITE"], "ExecutionEnvironment": ["A=b"]}`: spec(func(s *jobsapi.Spec) {
			s.BannedSites, s.Environment = []string{"DEMO-SITE"}, map[string]string{"A": "b"}
		}),
		`{"Executable": "/bin/echo", "Owner": "demouser", "CPUTime": 100, "InputSandbox": "run.sh"}`: spec(func(s *jobsapi.Spec) { s.Limits.CPUTime = 100 }),
		`{"Executable": "run.sh", "Arguments": "it\\'s \"two words\" -x", "JobGroup": "g", "Tags": "a"}`: spec(func(s *jobsapi.Spec) {
			s.Executable, s.Arguments, s.Requires = "run.sh", []string{"it's", "two words", "-x"}, []string{"a"}
			s.JobGroup, s.Tags = "g", []string{"JobGroup:g"}
		}),
		`{"Executable": "/bin/echo", "JobType": "Test", "JobName": "job-%j", "Heddle": {"hold": true, "awaits": [{"job": "#0"}], "tags": ["t"], "name": "other"}}`: spec(func(s *jobsapi.Spec) {
			s.JobType, s.Name, s.Hold, s.Awaits, s.Tags = "Test", "job-%j", true, []jobsapi.Dependency{{Job: "#0"}}, []string{"t"}
		}),
		`{"Executable": "/bin/false", "Arguments": "of no use", "Heddle": {"script": "exit 0\n"}}`: spec(func(s *jobsapi.Spec) { s.Executable, s.Script = "", "exit 0\n" }),
		`{"Heddle": {"client_stage_in": true}}`:                                                    spec(func(s *jobsapi.Spec) { s.Executable, s.ClientStageIn = "", true }),
	} {
		got, err := Translate(parse(t, text), setting)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got.Origin == nil || got.Origin.Dialect != "dirac" {
			t.Errorf("%s: origin %v", text, got.Origin)
		}
		got.Origin = nil
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", text, got, want)
		}
	}
}

// The files that came are one more sandbox in every manifest; a user's own may
// hold what is named alone.
//
// covers: D1-060 D1-061
func TestSandboxesAreImports(t *testing.T) {
	t.Parallel()
	own := "sha256/" + hash("b")
	other := jobsapi.Transfer{From: "https://x/y", To: "y"}
	for text, c := range map[string]struct {
		sandbox string
		imports []jobsapi.Transfer
		shown   string // InputSandbox; empty: none
	}{
		`{"Executable": "x"}`: {"", nil, ""},
		`{"Executable": "x", "inputsandbox": "` + Entry(own) + `"}`:           {"", []jobsapi.Transfer{inWorkDir(own)}, `["` + Entry(own) + `"]`},
		`{"Executable": "x", "InputSandbox": ["data", "` + Entry(own) + `"]}`: {"", []jobsapi.Transfer{inWorkDir(own)}, `["data","` + Entry(own) + `"]`},
		`{"Executable": "x", "InputSandbox": null}`:                           {setting.Sandbox, []jobsapi.Transfer{inWorkDir(setting.Sandbox)}, `[` + came + `]`},
		`{"Executable": "x", "InputSandbox": "` + Entry(own) + `"}`:           {setting.Sandbox, []jobsapi.Transfer{inWorkDir(own), inWorkDir(setting.Sandbox)}, `["` + Entry(own) + `",` + came + `]`},
		`{"Executable": "x", "Heddle": {"imports": [{"from": "https://x/y", "to": "y"}], "sweep": [{"kind": "import", "values": ["https://x/z"]}]}}`: {
			setting.Sandbox, []jobsapi.Transfer{other, inWorkDir(setting.Sandbox)}, `[` + came + `]`},
	} {
		in := setting
		in.Sandbox = c.sandbox
		spec, err := Translate(parse(t, text), in)
		if err != nil || !reflect.DeepEqual(spec.Imports, c.imports) {
			t.Errorf("%s: %+v, %v", text, spec.Imports, err)
		}
		var shown string
		if v, ok := Processed(jobsapi.Job{ID: 1, Spec: spec}, "heddle").Get("InputSandbox"); ok {
			b, _ := json.Marshal(v)
			shown = string(b)
		}
		if shown != c.shown {
			t.Errorf("%s: shown %s, want %s", text, shown, c.shown)
		}
	}
}

func TestMistakesAreNamedAllAtOnce(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{}`:                                                                          "Executable",
		`{"Executable": ""}`:                                                          "Executable",
		`{"Executable": ["a"], "Arguments": {}}`:                                      "Executable Arguments Executable",
		`{"Executable": "x", "Arguments": "'"}`:                                       "Arguments",
		`{"Executable": "x", "StdOutput": "../o"}`:                                    "StdOutput",
		`{"Executable": "x", "OutputSandbox": ["/e"]}`:                                "OutputSandbox",
		`{"Executable": "x", "Site": "A", "Sites": "B"}`:                              "Site",
		`{"Executable": "x", "Site": "A", "BannedSite": "A"}`:                         "Site",
		`{"Executable": "x", "Heddle": {"hold": "yes"}}`:                              "Heddle",
		`{"Executable": "x", "Heddle": {"held": true}}`:                               "Heddle",
		`{"Executable": "x", "Heddle": "hold"}`:                                       "Heddle",
		`{"Executable": "x", "Heddle": {"parent": {"job": "1"}}}`:                     "Heddle",
		`{"Executable": "x", "Priority": 11, "CPUTime": "soon"}`:                      "CPUTime Priority",
		`{"Executable": "x", "CPUTime": 99, "JobType": "Y", "LogLevel": "loud"}`:      "CPUTime JobType LogLevel",
		`{"Executable": "x", "MinNumberOfProcessors": 4, "MaxNumberOfProcessors": 2}`: "MaxNumberOfProcessors",
		`{"Executable": "x", "InputSandbox": ["LFN:/a", "gone.txt"]}`:                 "InputSandbox InputSandbox",
		`{"Executable": "x", "InputData": ["LFN:/vo/a"], "OutputData": "y"}`:          "InputData OutputData",
		`{"Executable": "x", "InputSandbox": ["SB:CERN|/sha256/` + hash("b") + `"]}`:  "InputSandbox",
		`{"Executable": "x", "InputSandbox": ["SB:Heddle|/sha256/b", "SB:Heddle"]}`:   "InputSandbox InputSandbox",
		`{"Executable": "x", "InputSandbox": [` + came + `, "gone.txt"]}`:             "InputSandbox",
		`{"Executable": "x", "ExecutionEnvironment": ["A"]}`:                          "ExecutionEnvironment",
		`{"Executable": "x", "JobName": "` + strings.Repeat("n", 129) + `"}`:          "JobName",
	} {
		_, err := Translate(parse(t, text), setting)
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

func TestNobodySubmitsForSomebodyElse(t *testing.T) {
	t.Parallel()
	for _, claim := range []string{`"Owner": "alice"`, `"OwnerGroup": "wheel"`, `"VirtualOrganization": "lhcb"`} {
		_, err := Translate(parse(t, `{"Executable": "x", `+claim+`}`), setting)
		if !fault.Is(err, fault.Denied) || fault.From(err).Code != CodeRefused {
			t.Errorf("%s: %v", claim, err)
		}
	}
}

// covers: D1-054
func TestProcessedManifest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"short": {`{executable: '/bin/echo', arguments: 'Hello, World', Sites: 'A', Colour: {x: 1}}`,
			`{"Executable":"/bin/echo","Arguments":"Hello, World","Site":["A"],"Colour":{"x":1},"InputSandbox":[` + came + `],"JobName":"Name","StdOutput":"std.out","StdError":"std.err",` +
				`"JobGroup":"00000000","JobType":"User","CPUTime":86400,"Priority":1,"LogLevel":"INFO",` +
				`"JobID":42,"Owner":"demouser","OwnerGroup":"users","VirtualOrganization":"heddle","JobRequirements":{"Owner":"demouser","OwnerGroup":"users",` +
				`"VirtualOrganization":"heddle","UserPriority":1,"CPUTime":86400,"Sites":["A"],"BannedSites":[]}}`},
		"long": {`{"Executable":"x","Priority":3,"CPUTime":200,"BannedSites":"B","JobGroup":"g","InputSandbox":["run.sh"]}`,
			`{"Executable":"x","Priority":3,"CPUTime":200,"BannedSites":["B"],"JobGroup":"g","InputSandbox":["run.sh",` + came + `],` +
				`"JobName":"Name","Arguments":"","StdOutput":"std.out","StdError":"std.err","JobType":"User","LogLevel":"INFO","Site":["ANY"],` +
				`"JobID":42,"Owner":"demouser","OwnerGroup":"users","VirtualOrganization":"heddle","JobRequirements":{"Owner":"demouser","OwnerGroup":"users",` +
				`"VirtualOrganization":"heddle","UserPriority":3,"CPUTime":200,"Sites":["ANY"],"BannedSites":["B"]}}`},
	} {
		t.Run(name, func(t *testing.T) {
			spec, err := Translate(parse(t, c.text), setting)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(Processed(jobsapi.Job{ID: 42, OwnerName: "demouser", Group: "users", Spec: spec}, "heddle"))
			if err != nil || string(got) != c.want {
				t.Errorf("%v\ngot  %s\nwant %s", err, got, c.want)
			}
		})
	}
}

// A job of another door has a manifest too.
func TestManifestOfAnyJob(t *testing.T) {
	t.Parallel()
	for want, spec := range map[string]jobsapi.Spec{
		`"Executable":"/bin/echo","Arguments":"a 'b c'"`:   {Executable: "/bin/echo", Arguments: []string{"a", "b c"}},
		`"Executable":"/bin/sh","Arguments":"-c 'exit 3'"`: {Script: "exit 3\n"},
	} {
		got, err := json.Marshal(Processed(jobsapi.Job{ID: 1, Spec: spec}, "heddle"))
		if err != nil || !strings.Contains(string(got), want) {
			t.Errorf("%s, %v: not %s", got, err, want)
		}
	}
}

func FuzzWords(f *testing.F) {
	for _, seed := range []string{`a "b c" 'd'`, `\`, `'`, `"\$x"`, "a\\\nb", `''`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		words, err := split(text)
		if err != nil {
			return
		}
		again, err := split(join(words))
		if err != nil || !slices.Equal(words, again) {
			t.Fatalf("%q: %q, joined %q, again %q, %v", text, words, join(words), again, err)
		}
	})
}

func FuzzTranslate(f *testing.F) {
	for _, seed := range []string{
		`{"Executable": "x", "Arguments": ["a", 1], "Site": "ANY"}`,
		`{executable: run.sh, ExecutionEnvironment: {A: b}, Tags: x}`,
		`{"Executable": "x", "NumberOfProcessors": 2, "CPUTime": "100", "InputSandbox": null}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := lenient.Parse([]byte(text))
		doc, ok := v.(lenient.Object)
		if err != nil || !ok {
			return
		}
		spec, err := Translate(doc, setting)
		if err != nil {
			if len(fault.From(err).Fields) == 0 {
				t.Fatalf("an error without a named field: %v", err)
			}
			return
		}
		if _, err := json.Marshal(Processed(jobsapi.Job{ID: 1, Spec: spec}, "vo")); err != nil {
			t.Fatal(err)
		}
	})
}
