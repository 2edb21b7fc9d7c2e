package unicore_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/gateway/internal/backend/backendtest"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore"
)

const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

// covers: U4-002 U4-024 U4-073 U4-082
func TestPages(t *testing.T) {
	t.Parallel()
	jobs, files := furnished()
	h := serve(t, unicore.Deps{Backend: backendtest.New(jobs, files), Sessions: sessions{}})
	const at = "https://heddle.example/DEMO-SITE/rest/core"
	for path, want := range map[string][]string{
		"": {"<caption>Properties</caption>", "<caption>Links</caption>", `<a href="` + at + `/jobs">`},
		"/factories/default_target_system_factory":                 {`<th scope="row">resources</th><td>{&#34;normal&#34;:{&#34;Nodes&#34;:&#34;1-1&#34;`, "Date---v1.0"},
		"/sites/default_target_system":                             {`<th scope="row">numberOfJobs</th><td>4</td>`, "TotalCPUs", `<a href="` + at + `/sites/default_target_system/jobs">`},
		"/jobs?num=2":                                              {`<a href="` + at + `/jobs/`, `<th scope="row">next</th>`},
		"/jobs/" + backendtest.FirstID.String():                    {`<th scope="row">status</th><td>FAILED</td>`, `<form method="post" action="` + at + "/jobs/" + backendtest.FirstID.String() + `/actions/abort"><button>abort</button></form>`},
		"/jobs/" + backendtest.FirstID.String() + "?fields=status": {`<td>FAILED</td>`},
		"/storages/HOME/files/dir":                                 {"b.txt"},
	} {
		w := ask(h, "GET", path, "", "Authorization", demo, "Accept", browser)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/html; charset=utf-8" || w.Header().Get("Vary") != "Accept" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
		for _, text := range want {
			if !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s is without %s:\n%s", path, text, w.Body)
			}
		}
	}
}

// Whoever presses a button of a page comes back to the page.
func TestFormsOfPages(t *testing.T) {
	t.Parallel()
	jobs, files := furnished()
	h := serve(t, unicore.Deps{Backend: backendtest.New(jobs, files), Sessions: sessions{}})
	job := "/jobs/" + backendtest.FirstID.String()
	form := []string{"Authorization", demo, "Content-Type", "application/x-www-form-urlencoded"}
	w := ask(h, "POST", job+"/actions/abort", "", append(form, "Accept", browser)...)
	if w.Code != http.StatusSeeOther || here(w) != job || len(jobs.Acts()) != 1 {
		t.Errorf("%d %v, asked for %v", w.Code, w.Header(), jobs.Acts())
	}
	if w := ask(h, "POST", job+"/actions/abort", "", form...); w.Code != http.StatusNoContent { // curl says so, too
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func TestWhatIsOfferedToWhom(t *testing.T) {
	t.Parallel()
	h := serve(t, unicore.Deps{Backend: backendtest.New(&backendtest.Jobs{}, &backendtest.Files{}), Sessions: sessions{}})
	for accept, want := range map[string]string{
		"": "application/json", "*/*": "application/json", "application/json, text/html": "application/json",
		"text/html": "text/html; charset=utf-8", "text/html;q=0, */*": "application/json", "image/png": "",
	} {
		w := ask(h, "GET", "/factories", "", "Authorization", demo, "Accept", accept)
		if want == "" && w.Code != http.StatusNotAcceptable || want != "" && w.Header().Get("Content-Type") != want {
			t.Errorf("%q: %d %s", accept, w.Code, w.Header().Get("Content-Type"))
		}
	}
}
