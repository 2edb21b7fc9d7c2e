package perm_test

import (
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who/perm"
)

// covers: C2-019 C2-202
func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"cop": "cop", "COP": "cop", "Cop": "cop",
		"api://project.api":                 "api://project.api",
		"api://project.api/":                "api://project.api/",
		"api://project.api/crud":            "api://project.api/crud",
		"api://project.api/rr":              "api://project.api/rr",
		`api://^a\.(b|c)+$`:                 `api://^a\.(b|c)+$`,
		"api://grüße":                       "api://grüße",
		"job://project.job/x":               "job://project.job/x",
		"job://project.job/r":               "job://project.job/r",
		"app://client/lufthansa":            "app://client/lufthansa",
		"app://client/":                     "app://client/",
		"app://store/a/b?c#d":               "app://store/a/b?c#d",
		"mongodb://data":                    "mongodb://data",
		"api://" + strings.Repeat("a", 494): "api://" + strings.Repeat("a", 494),
	} {
		p, err := perm.Parse(text)
		if err != nil || p.String() != want {
			t.Errorf("%q is read as %q, %v", text, p, err)
		}
		if again, err := perm.Parse(p.String()); err != nil || again != p {
			t.Errorf("%q is read as %q, %v", p, again, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " cop", "cop ", "copp", "cop://", "cop/x", "ſop",
		"api", "api:", "api:/a", "api://", "api:///r", "api://a/x", "api://a/r/u", "api://a/R", "api://a/rx", "API://a",
		"api://a b", "api://a\tb", "api://a\u00a0b", "api://a\x00b", "api://a\xffb", "api://a\n",
		"api://(", "api://a)(?:b", "api://(?=a)", `api://(a)\1`, "api://a{2000}", "api://*",
		"api://((abcdefgh){30}){30}", "api://(a{100}){10}{10}", "api://(" + strings.Repeat("a", 400) + "){1000}",
		"job://a", "job://a/", "job://a/xr", "job://a/w", "job:///x",
		"app://", "mongodb://", "http://a", "://a",
		"api://" + strings.Repeat("a", 495),
	} {
		p, err := perm.Parse(text)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "invalid permission protocol [") ||
			len(fault.From(err).Fields) != 1 {
			t.Errorf("%q is read as %q, %v", text, p, err)
		}
		if perm.Compile([]string{text}).Lists("a") {
			t.Errorf("%q allows something", text)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"cop", "api://a/r", `api://\Qabc`, "job://a|b/x", "app://x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := perm.Parse(text)
		if err != nil {
			return
		}
		if again, err := perm.Parse(p.String()); err != nil || again != p {
			t.Errorf("%q is read as %q, %v", p, again, err)
		}
		perm.Compile([]string{text}).API("GET", "project.api.handler")
	})
}
