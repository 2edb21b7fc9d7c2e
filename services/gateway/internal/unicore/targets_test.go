package unicore_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend/backendtest"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// here is the path behind the core services of a Location.
func here(w *httptest.ResponseRecorder) string {
	_, path, _ := strings.Cut(w.Header().Get("Location"), "/rest/core")
	return path
}

func decode(t *testing.T, w *httptest.ResponseRecorder, to any) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), to); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
}

// A user's own site has the jobs that were submitted there; destroying it
// leaves them.
//
// covers: U4-084 U4-085 U4-086
func TestJobsOfASite(t *testing.T) {
	t.Parallel()
	jobs := &backendtest.Jobs{}
	h := serve(t, unicore.Deps{Backend: backendtest.New(jobs, &backendtest.Files{}), Sessions: sessions{}})
	call := func(method, path, body string) *httptest.ResponseRecorder {
		return ask(h, method, path, body, "Authorization", demo)
	}
	site := here(call("POST", "/sites", "{}"))
	job := here(call("POST", site, `{"Executable": "date", "Tags": ["mine"]}`))
	call("POST", "/jobs", `{"Executable": "date"}`)
	var listed struct{ Jobs []string }
	decode(t, call("GET", site+"/jobs", ""), &listed)
	if len(listed.Jobs) != 1 || !strings.HasSuffix(listed.Jobs[0], job) {
		t.Errorf("%s has the jobs %v, want %s", site, listed.Jobs, job)
	}
	decode(t, call("GET", "/sites/default_target_system/jobs", ""), &listed)
	if len(listed.Jobs) != 2 {
		t.Errorf("all jobs are %v", listed.Jobs)
	}
	var shown struct {
		Tags  []string
		Links map[string]struct{ Href string } `json:"_links"`
	}
	decode(t, call("GET", job, ""), &shown)
	if !slices.Equal(shown.Tags, []string{"mine"}) || !strings.HasSuffix(shown.Links["parentTSS"].Href, site) {
		t.Errorf("%+v", shown)
	}
	if w := call("PUT", job, `{"tags": "other"}`); w.Body.String() != `{"tags":"OK"}`+"\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := call("DELETE", site, ""); w.Code != http.StatusNoContent {
		t.Errorf("destroying: %d %s", w.Code, w.Body)
	}
	if w := call("POST", site, `{"Executable": "date"}`); w.Code != http.StatusNotFound {
		t.Errorf("a job for a site that is gone: %d %s", w.Code, w.Body)
	}
	decode(t, call("GET", job, ""), &shown)
	if !slices.Equal(shown.Tags, []string{"other"}) || !strings.HasSuffix(shown.Links["parentTSS"].Href, site) {
		t.Errorf("after it: %+v", shown)
	}
}

// covers: C4-26 C4-128 U4-054 U4-055
func TestPropertiesOfASite(t *testing.T) {
	t.Parallel()
	h := serve(t, unicore.Deps{Backend: backendtest.New(&backendtest.Jobs{}, &backendtest.Files{}), Sessions: sessions{}})
	call := func(method, path, body string) *httptest.ResponseRecorder {
		return ask(h, method, path, body, "Authorization", demo)
	}
	site := here(call("POST", "/sites", "{}"))
	for _, c := range []struct{ body, want, property, becomes string }{
		{`{'tags': 'a, b+c'}`, `{"tags":"OK"}`, "tags", `["a","b","c"]`},
		{`{"tags": 5}`, `{"tags":"Tags are a list of texts."}`, "tags", `["a","b","c"]`},
		{`{"tags": ["unicore-site:x"]}`, `{"tags":"Tags must not begin with \"unicore-site:\"."}`, "tags", `["a","b","c"]`},
		{`{"umask": "022"}`, `{"umask":"OK"}`, "umask", `"022"`},
		{`{"umask": "u=rwx"}`, `{"umask":"A umask is an octal number from 0 to 777, such as 077."}`, "umask", `"022"`},
		{`{"terminationTime": "2026-12-24 18:00"}`, `{"terminationTime":"OK"}`, "terminationTime", `"2026-12-24T18:00:00+0000"`},
		{`{"terminationTime": "2026-12-24T18:00:00+0100"}`, `{"terminationTime":"OK"}`, "terminationTime", `"2026-12-24T17:00:00+0000"`},
		{`{"terminationTime": "09:59"}`, `{"terminationTime":"OK"}`, "terminationTime", `"2026-11-22T09:59:00+0000"`},
		{`{"terminationTime": "2020-01-01 00:00"}`, `{"terminationTime":"The time 2020-01-01T00:00:00+0000 is over already."}`, "terminationTime", `"2026-11-22T09:59:00+0000"`},
		{`{"siteName": "x"}`, `{"siteName":"Property not found or cannot be modified!"}`, "siteName", `"DEMO-SITE"`},
	} {
		w := call("PUT", site, c.body)
		if got := strings.TrimSpace(w.Body.String()); w.Code != http.StatusOK || got != c.want {
			t.Errorf("%s: %d %s, want %s", c.body, w.Code, got, c.want)
		}
		want := fmt.Sprintf(`{%q:%s}`, c.property, c.becomes)
		if got := strings.TrimSpace(call("GET", site+"?fields="+c.property, "").Body.String()); got != want {
			t.Errorf("after %s: %s, want %s", c.body, got, want)
		}
	}
}

func TestHowManySites(t *testing.T) {
	t.Parallel()
	h := serve(t, unicore.Deps{Backend: backendtest.New(&backendtest.Jobs{}, &backendtest.Files{}), Sessions: sessions{}})
	codes := map[int]int{}
	for range 201 {
		codes[ask(h, "POST", "/sites", "{}", "Authorization", demo).Code]++
	}
	if codes[http.StatusCreated] != 199 || codes[http.StatusTooManyRequests] != 2 { // and the default one
		t.Errorf("%v", codes)
	}
}

// busy is a place where others change what one has read, some times.
type busy struct {
	kept
	times *int
}

func (b busy) Put(ctx context.Context, owner, name string, text []byte, version uint64) error {
	if *b.times > 0 {
		*b.times--
		b.kept[owner+"."+name] = append(b.kept[owner+"."+name], `{"made":7,"list":[]}`)
	}
	return b.kept.Put(ctx, owner, name, text, version)
}

func TestSitesThatOthersChange(t *testing.T) {
	t.Parallel()
	for times, want := range map[int]int{0: 201, 5: 201, 100: 409} {
		h := serve(t, unicore.Deps{Backend: backendtest.New(&backendtest.Jobs{}, &backendtest.Files{}), Sessions: sessions{}, Kept: busy{kept{}, &times}})
		if w := ask(h, "POST", "/sites", "{}", "Authorization", demo); w.Code != want {
			t.Errorf("changed %d times: %d %s", times, w.Code, w.Body)
		}
	}
}

// covers: U4-041
func TestFiveJobsFromTheThird(t *testing.T) {
	t.Parallel()
	jobs := &backendtest.Jobs{}
	var want []string
	for n := range id.ID(9) {
		v := backendtest.FirstID + n<<20
		jobs.Put(jobsapi.Job{ID: v, Owner: "u1"})
		if n >= 2 && n < 7 { // the newest two are left out, as are the oldest two
			want = slices.Insert(want, 0, "https://heddle.example/DEMO-SITE/rest/core/jobs/"+v.String())
		}
	}
	h := serve(t, unicore.Deps{Backend: backendtest.New(jobs, &backendtest.Files{}), Sessions: sessions{}})
	var listed struct{ Jobs []string }
	decode(t, ask(h, "GET", "/sites/default_target_system/jobs?offset=2&num=5", "", "Authorization", demo), &listed)
	if !slices.Equal(listed.Jobs, want) {
		t.Errorf("got %v, want %v", listed.Jobs, want)
	}
}
