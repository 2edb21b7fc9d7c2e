package description_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore/description"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func TestWhatAURLBecomes(t *testing.T) {
	t.Parallel()
	const here = "https://heddle.example:8443"
	for url, want := range map[string]string{
		here + "/DEMO-SITE/rest/core/storages/00x-uspace/files/a/b%20c?.txt":      "storage:00x-uspace/a/b%20c?.txt",
		"HTTPS://Heddle.Example:8443/OTHER/rest/core/storages/HOME/files/d/":      "storage:HOME/d/",
		"uftp:" + here + "/DEMO-SITE/rest/core/storages/s/files":                  "storage:s/",
		"BFT:https://x.example/S/rest/core/storages/s/files/a":                    "https://x.example/S/rest/core/storages/s/files/a",
		here + "/DEMO-SITE/rest/core/jobs/1":                                      here + "/DEMO-SITE/rest/core/jobs/1",
		here + "/a/b/rest/core/storages/s/files/x":                                here + "/a/b/rest/core/storages/s/files/x",
		here + "/S/rest/core/storages//files/x":                                   here + "/S/rest/core/storages//files/x",
		here + "/S/rest/core/storages/s/filesystem":                               here + "/S/rest/core/storages/s/filesystem",
		"https://heddle.example:8443.evil.example/S/rest/core/storages/s/files/x": "https://heddle.example:8443.evil.example/S/rest/core/storages/s/files/x",
		"https://heddle.example:8443@evil.example/S/rest/core/storages/s/files/x": "https://heddle.example:8443@evil.example/S/rest/core/storages/s/files/x",
		" /data/x ":      "file:/data/x",
		"link:/data/x":   "link:/data/x",
		"ftp://x/y":      "ftp://x/y",
		"git:https-like": "git:https-like",
	} {
		text, err := json.Marshal(map[string]any{"Imports": []any{map[string]any{"From": url, "To": "x"}}, "Exports": []any{map[string]any{"From": "x", "To": url}}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := translate(t, string(text))
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		if got.Imports[0].From != want || got.Exports[0].To != want {
			t.Errorf("%s became %s and %s, not %s", url, got.Imports[0].From, got.Exports[0].To, want)
		}
	}
}

// What a job is described by shows that there are credentials, and the URLs
// that clients use.
func TestADescriptionShowsThatThereAreCredentials(t *testing.T) {
	t.Parallel()
	spec := jobsapi.Spec{Imports: []jobsapi.Transfer{{From: "storage:s/a%20b", To: "a", Secret: "s"}},
		Exports: []jobsapi.Transfer{{From: "b", To: "https://x.example/b", Secret: "t"}}}
	text, err := json.Marshal(lenient.Object(description.Redacted(description.Describe(site.Outside(spec)))))
	if err != nil {
		t.Fatal(err)
	}
	want := `"Imports":[{"From":"https://heddle.example:8443/DEMO-SITE/rest/core/storages/s/files/a%20b","To":"a","Credentials":"***"}],"Exports":[{"From":"b","To":"https://x.example/b","Credentials":"***"}]`
	if !strings.Contains(string(text), want) {
		t.Errorf("%s", text)
	}
	if spec.Imports[0].From != "storage:s/a%20b" {
		t.Error("the job itself was changed")
	}
}
