package manifest

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// A job of any door, written as a manifest and read again, is the same job.
//
// covers: D1-054
func TestNothingIsLostInAManifest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		spec := someSpec(t)
		text, err := json.Marshal(Render(spec))
		if err != nil {
			t.Fatal(err)
		}
		v, err := lenient.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		back, err := Translate(v.(lenient.Object), Setting{})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		back.Origin = nil
		if want := asRead(spec); !reflect.DeepEqual(back, want) {
			t.Fatalf("%s\ngot  %+v\nwant %+v", text, back, want)
		}
	})
}

// asRead is a description with what a manifest always says.
func asRead(s jobsapi.Spec) jobsapi.Spec {
	s.Stdout, s.Stderr = or(s.Stdout, "stdout"), or(s.Stderr, "stderr")
	if s.Sites, s.Site = s.Wanted(), ""; len(s.Sites) == 1 {
		s.Site, s.Sites = s.Sites[0], nil
	}
	s.Tags = labels(s)
	if s.JobGroup != "" {
		s.Tags = append(s.Tags, GroupTag(s.JobGroup))
	}
	for _, l := range []*[]string{&s.Arguments, &s.Outputs, &s.Tags, &s.Sites, &s.BannedSites, &s.Requires} {
		if len(*l) == 0 {
			*l = nil
		}
	}
	if s.Limits.CPUs == 1 {
		s.Limits.CPUs = 0
	}
	return s
}

func someSpec(t *rapid.T) jobsapi.Spec {
	word := rapid.StringMatching(`[a-zA-Z][a-zA-Z0-9 %.'"ä-]{0,6}[a-z]`)
	words := rapid.Custom(func(t *rapid.T) []string {
		l := rapid.SliceOfNDistinct(word, 0, 3, rapid.ID[string]).Draw(t, "words")
		if len(l) == 0 {
			return nil
		}
		return l
	})
	file := rapid.StringMatching(`[a-z]{1,4}(/[a-z*]{1,4})?`)
	maybe := func(name string) bool { return rapid.Bool().Draw(t, name) }
	s := jobsapi.Spec{
		Name: rapid.SampledFrom([]string{"", "n", strings.Repeat("n", 200)}).Draw(t, "name"), Priority: rapid.IntRange(0, 10).Draw(t, "priority"),
		Arguments: words.Draw(t, "arguments"), Stdout: rapid.SampledFrom([]string{"", "o"}).Draw(t, "stdout"), Sites: words.Draw(t, "sites"),
		Requires: words.Draw(t, "requires"), Tags: words.Draw(t, "tags"), JobGroup: rapid.SampledFrom([]string{"", "g", strings.Repeat("g", 40)}).Draw(t, "group"),
		JobType: rapid.SampledFrom([]string{"", "User", "Odd"}).Draw(t, "type"),
		Limits: jobsapi.Resources{CPUs: rapid.SampledFrom([]int{0, 1, 4, 5000}).Draw(t, "cpus"), Memory: 1 << 20,
			CPUTime: rapid.SampledFrom([]int64{0, 5, 300}).Draw(t, "cputime"), Other: map[string]string{"QoS": "low"}},
		IgnoreExitCode: maybe("ignore"), Hold: maybe("hold"), Umask: "027",
	}
	switch rapid.IntRange(0, 5).Draw(t, "program") {
	case 0:
		s.Executable = word.Draw(t, "executable")
	case 1:
		s.Script = word.Draw(t, "script") + "\nexit 3\n"
	case 2:
		s.Command = "date; " + word.Draw(t, "command")
	case 3:
		s.Application, s.Parameters = &jobsapi.Application{Name: "Date", Version: "1.0"}, map[string]string{"FORMAT": "%s"}
	case 4:
		s.Application, s.Executable = &jobsapi.Application{Name: "Date"}, word.Draw(t, "executable")
	}
	if maybe("environment") {
		s.Environment = map[string]string{rapid.SampledFrom([]string{"A", "A.b"}).Draw(t, "variable"): word.Draw(t, "value")}
	}
	if maybe("data") {
		s.Inputs, s.Outputs = []jobsapi.Input{{Path: "in", Data: "1\n"}}, []string{file.Draw(t, "output")}
		s.Imports = []jobsapi.Transfer{{From: "https://x/y", To: "y", Optional: true}}
		s.Sweep = []jobsapi.Axis{{Kind: "parameter", Name: "P", Values: []string{"1", "2"}}}
	}
	for _, digit := range rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b"}), 0, 2).Draw(t, "sandboxes") {
		s.Imports = append(s.Imports, jobsapi.Transfer{From: "sandbox:sha256/" + hash(digit), To: rapid.SampledFrom([]string{".", "d"}).Draw(t, "to"), Optional: maybe("optional")})
	}
	if maybe("varied") && len(s.Imports) > 0 {
		s.Sweep = append(s.Sweep, jobsapi.Axis{Kind: "import", At: len(s.Imports) - 1, Values: []string{"https://x/z"}})
	}
	if maybe("later") {
		s.NotBefore, s.Awaits = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC), []jobsapi.Dependency{{Job: "x", On: "end"}}
		s.Pre, s.Notify, s.Stdin = &jobsapi.Hook{Script: "true"}, &jobsapi.Notification{URL: "https://x/"}, "in"
	}
	s.BannedSites = slices.DeleteFunc(words.Draw(t, "banned"), func(b string) bool { return slices.Contains(s.Sites, b) })
	return s
}

// What stands in a manifest cannot add keys to its JDL.
func TestManifestAsJDL(t *testing.T) {
	t.Parallel()
	got := JDL(parse(t, `{"Executable":"a\"; Owner = \"root","Arguments":"line\nbreak","L":["x",1,true],"S":{"A B":"]"},"N":3}`))
	want := "[\n    Executable = \"a\\\"; Owner = \\\"root\";\n    Arguments = \"line\\nbreak\";\n    L = {\"x\", 1, true};\n" +
		"    S = [\n        \"A B\" = \"]\";\n    ];\n    N = 3;\n]\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
