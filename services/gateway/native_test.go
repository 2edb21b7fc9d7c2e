package gateway_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// What the native door does, told as its users' days; the services are real.
func TestNative(t *testing.T) {
	t.Parallel()
	h := start(t)
	for name, f := range map[string]func(*testing.T, *client){
		"a job's life":             jobsLife,
		"a failing job":            failingJob,
		"abort and restart":        abortAndRestart,
		"own stage-in":             ownStageIn,
		"idempotent submit":        idempotentSubmit,
		"pages of jobs":            pagesOfJobs,
		"login and token":          loginAndToken,
		"files":                    filesRoundTrip,
		"everybody sees their own": ownership,
		"bad files":                badFiles,
		"pages and documents":      publicPages,
		"dialects beside it":       dialects,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := *h.client
			c.t = t
			f(t, &c)
		})
	}
}

func jobsLife(t *testing.T, c *client) {
	a := c.ok(nil, "POST", "/api/v1/jobs", `{"name":"greeting","executable":"/bin/echo","arguments":["hello"]}`)
	var j jobsapi.Job
	var links struct{ Storage string }
	for _, v := range []any{&j, &links} {
		if err := json.Unmarshal([]byte(a.body), v); err != nil {
			t.Fatal(err)
		}
	}
	path := "/api/v1/jobs/" + j.ID.String()
	if a.StatusCode != 201 || a.Header.Get("Location") != c.base+path || a.Header.Get("ETag") == "" || links.Storage != j.Storage() {
		t.Errorf("submit: %d %v %s", a.StatusCode, a.Header, a.body)
	}
	j = c.ended(j.ID.String())
	if j.State != jobsapi.Succeeded || j.ExitCode == nil || *j.ExitCode != 0 || len(j.History) < 4 {
		t.Errorf("%+v", j)
	}
	if out := c.send("GET", path+"/stdout", ""); out.body != "hello\n" || out.Header.Get("Content-Type") != "text/plain; charset=utf-8" ||
		!strings.Contains(out.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("stdout: %d %q %v", out.StatusCode, out.body, out.Header)
	}
	if part := c.send("GET", path+"/stdout", "", "Range: bytes=2-"); part.StatusCode != 206 || part.body != "llo\n" {
		t.Errorf("a part of stdout: %d %q", part.StatusCode, part.body)
	}
	if none := c.send("GET", path+"/stdout", "", "Range: bytes=6-"); none.StatusCode != 416 {
		t.Errorf("behind the end of stdout: %d %q", none.StatusCode, none.body)
	}
	tag := c.send("GET", path, "").Header.Get("ETag")
	if same := c.send("GET", path, "", "If-None-Match: "+tag); same.StatusCode != 304 || same.body != "" || same.Header.Get("ETag") != tag {
		t.Errorf("not modified: %d %q", same.StatusCode, same.body)
	}
	if gone := c.send("DELETE", path, ""); gone.StatusCode != 204 || gone.body != "" {
		t.Errorf("delete: %d %q", gone.StatusCode, gone.body)
	}
	if missing := c.send("GET", path, ""); missing.StatusCode != 404 {
		t.Errorf("after delete: %d %s", missing.StatusCode, missing.body)
	}
}

func failingJob(t *testing.T, c *client) {
	j := c.ended(c.submit(`{"script":"echo oops >&2; exit 3"}`).ID.String())
	if j.State != jobsapi.Failed || j.ExitCode == nil || *j.ExitCode != 3 {
		t.Errorf("%s %v", j.State, j.ExitCode)
	}
	if e := c.send("GET", "/api/v1/jobs/"+j.ID.String()+"/stderr", ""); e.body != "oops\n" {
		t.Errorf("stderr: %q", e.body)
	}
}

func abortAndRestart(t *testing.T, c *client) {
	j := c.submit(`{"executable":"/bin/sleep","arguments":["600"]}`)
	path := "/api/v1/jobs/" + j.ID.String()
	for j.State != jobsapi.Running { // each wait ends at the next change
		c.ok(&j, "GET", fmt.Sprintf("%s?wait=20s&after=%d", path, j.Version), "")
	}
	c.ok(nil, "POST", path+"/abort", `{"reason":"changed my mind"}`)
	if j = c.ended(j.ID.String()); j.State != jobsapi.Aborted {
		t.Errorf("after abort: %s", j.State)
	}
	var again jobsapi.Job
	c.ok(&again, "POST", path+"/restart", "")
	if !again.Ended.IsZero() {
		t.Errorf("after restart: %s", again.State)
	}
	c.ok(nil, "DELETE", path, "")
}

func ownStageIn(t *testing.T, c *client) {
	j := c.submit(`{"executable":"/bin/cat","arguments":["in.txt"],"client_stage_in":true}`)
	for j.State != jobsapi.Ready {
		c.ok(&j, "GET", fmt.Sprintf("/api/v1/jobs/%s?wait=20s&after=%d", j.ID, j.Version), "")
	}
	file := "/api/v1/storages/" + j.Storage() + "/files/in.txt"
	if up := c.send("PUT", file, "my input", "Content-Type: text/plain"); up.StatusCode != 201 {
		t.Fatalf("upload: %d %s", up.StatusCode, up.body)
	}
	c.ok(nil, "POST", "/api/v1/jobs/"+j.ID.String()+"/start", "")
	c.ended(j.ID.String())
	if out := c.send("GET", "/api/v1/jobs/"+j.ID.String()+"/stdout", ""); out.body != "my input" {
		t.Errorf("%d %q", out.StatusCode, out.body)
	}
}

func idempotentSubmit(t *testing.T, c *client) {
	const spec = `{"executable":"/bin/true","tags":["idempotent"]}`
	first := c.submit(spec, "Idempotency-Key: k1")
	if again := c.submit(spec, "Idempotency-Key: k1"); again.ID != first.ID {
		t.Errorf("the same key made %s and %s", first.ID, again.ID)
	}
	if other := c.submit(spec, "Idempotency-Key: k2"); other.ID == first.ID {
		t.Error("two keys made one job")
	}
	if clash := c.send("POST", "/api/v1/jobs", `{"executable":"/bin/false"}`, "Idempotency-Key: k1"); clash.StatusCode != 422 {
		t.Errorf("another job under the same key: %d %s", clash.StatusCode, clash.body)
	}
	if hers := c.as("alice", "alice123").submit(spec, "Idempotency-Key: k1"); hers.ID == first.ID {
		t.Error("another user's key found our job")
	}
}

func pagesOfJobs(t *testing.T, c *client) {
	want := map[string]bool{}
	for i := range 7 {
		want[c.submit(fmt.Sprintf(`{"executable":"/bin/true","name":"page-%d","tags":["paged"]}`, i)).ID.String()] = true
	}
	type page struct {
		Jobs  []jobsapi.Job
		Next  string
		Total *int
	}
	path := "/api/v1/jobs?tag=paged&limit=3&total=true"
	for n := 0; ; n++ {
		var p page
		a := c.ok(&p, "GET", path, "")
		for _, j := range p.Jobs {
			if !want[j.ID.String()] {
				t.Errorf("%s is not ours or came twice", j.ID)
			}
			delete(want, j.ID.String())
		}
		if p.Total == nil || *p.Total != 7 {
			t.Errorf("total of page %d: %s", n, a.body)
		}
		if p.Next == "" {
			break
		}
		link := strings.TrimPrefix(strings.TrimSuffix(a.Header.Get("Link"), `>; rel="next"`), "<"+c.base)
		if !strings.Contains(link, "cursor=") || n > 3 {
			t.Fatalf("page %d links to %q", n, a.Header.Get("Link"))
		}
		path = link
	}
	if len(want) > 0 {
		t.Errorf("not listed: %v", want)
	}
	var none page
	if a := c.ok(&none, "GET", "/api/v1/jobs?tag=no-such-tag", ""); !strings.Contains(a.body, `"jobs":[]`) {
		t.Errorf("an empty page is %s", a.body)
	}
}

func loginAndToken(t *testing.T, c *client) {
	nobody := c.as("", "")
	var token authapi.Token
	a := nobody.ok(&token, "POST", "/api/v1/login", `{"name":"alice","password":"alice123"}`)
	if token.TokenType != "Bearer" || token.ExpiresIn <= 0 || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%+v %v", token, a.Header)
	}
	var p who.Principal
	nobody.ok(&p, "GET", "/api/v1/me", "", "Authorization: Bearer "+token.AccessToken)
	if p.Name != "alice" || p.Method != "token" || p.Operator() {
		t.Errorf("%+v", p)
	}
	if wrong := nobody.send("POST", "/api/v1/login", `{"name":"alice","password":"x"}`); wrong.StatusCode != 401 {
		t.Errorf("wrong password: %d %s", wrong.StatusCode, wrong.body)
	}
}

func filesRoundTrip(t *testing.T, c *client) {
	const home = "/api/v1/storages/home/files"
	if up := c.send("PUT", home+"/dir/a%20b.txt", "one", "Content-Type: text/html"); up.StatusCode != 201 {
		t.Fatalf("upload: %d %s", up.StatusCode, up.body)
	}
	if up := c.send("PUT", home+"/dir/a%20b.txt", "two"); up.StatusCode != 200 {
		t.Fatalf("replace: %d %s", up.StatusCode, up.body)
	}
	down := c.send("GET", home+"/dir/a%20b.txt", "")
	if down.body != "two" || down.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(down.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("download: %q %v", down.body, down.Header)
	}
	if head := c.send("HEAD", home+"/dir/a%20b.txt", ""); head.StatusCode != 200 || head.ContentLength != 3 || head.body != "" {
		t.Errorf("head: %d %d", head.StatusCode, head.ContentLength)
	}
	var f filesapi.File
	c.ok(&f, "GET", home+"/dir/a%20b.txt?stat=true", "")
	if f.Name != "a b.txt" || f.Size != 3 || f.Dir {
		t.Errorf("%+v", f)
	}
	if made := c.send("POST", home+"/dir/sub", ""); made.StatusCode != 201 {
		t.Errorf("make directory: %d %s", made.StatusCode, made.body)
	}
	var l filesapi.Listing
	a := c.ok(&l, "GET", home+"/dir?limit=1", "")
	if len(l.Entries) != 1 || l.Next == "" || !strings.Contains(a.Header.Get("Link"), home+"/dir?after=") {
		t.Errorf("first page: %s %v", a.body, a.Header)
	}
	var rest filesapi.Listing
	c.ok(&rest, "GET", home+"/dir?after="+strings.ReplaceAll(l.Next, " ", "%20"), "")
	if len(rest.Entries) != 1 || rest.Entries[0].Name == l.Entries[0].Name || rest.Next != "" {
		t.Errorf("second page: %+v", rest)
	}
	if gone := c.send("DELETE", home+"/dir", ""); gone.StatusCode != 204 {
		t.Errorf("delete: %d %s", gone.StatusCode, gone.body)
	}
	if missing := c.send("GET", home+"/dir/a%20b.txt", ""); missing.StatusCode != 404 {
		t.Errorf("after delete: %d", missing.StatusCode)
	}
	c.ok(nil, "GET", "/api/v1/storages/home", "")
	if s := c.ok(nil, "GET", "/api/v1/storages?workdirs=false", ""); !strings.Contains(s.body, `"id":"home"`) && !strings.Contains(s.body, `"kind":"home"`) {
		t.Errorf("storages: %s", s.body)
	}
}

func ownership(t *testing.T, c *client) {
	j := c.submit(`{"executable":"/bin/true","tags":["mine"]}`)
	alice, admin := c.as("alice", "alice123"), c.as("admin", "hans")
	for _, path := range []string{"", "/stdout"} {
		if a := alice.send("GET", "/api/v1/jobs/"+j.ID.String()+path, ""); a.StatusCode != 403 && a.StatusCode != 404 {
			t.Errorf("another user gets %d for the job%s", a.StatusCode, path)
		}
	}
	if a := alice.ok(nil, "GET", "/api/v1/jobs?tag=mine", ""); strings.Contains(a.body, j.ID.String()) {
		t.Error("another user's list shows the job")
	}
	if a := alice.send("GET", "/api/v1/jobs?all=true", ""); a.StatusCode != 403 {
		t.Errorf("everybody's jobs for a user: %d", a.StatusCode)
	}
	if a := alice.send("DELETE", "/api/v1/jobs/"+j.ID.String(), ""); a.StatusCode != 403 && a.StatusCode != 404 {
		t.Errorf("another user's delete: %d", a.StatusCode)
	}
	if a := alice.send("GET", "/api/v1/events?follow=false&job="+j.ID.String(), ""); a.StatusCode != 403 && a.StatusCode != 404 {
		t.Errorf("another user's events: %d %s", a.StatusCode, a.body)
	}
	admin.ok(nil, "GET", "/api/v1/jobs/"+j.ID.String(), "")
	if a := admin.ok(nil, "GET", "/api/v1/jobs?all=true&tag=mine", ""); !strings.Contains(a.body, j.ID.String()) {
		t.Error("the operator's list lacks the job")
	}
	if a := admin.send("GET", "/api/v1/events?follow=false&job="+j.ID.String(), ""); !strings.Contains(a.body, "jobs.job.submitted.v1") {
		t.Errorf("the operator's events: %d %s", a.StatusCode, a.body)
	}
	if a := c.ok(nil, "GET", "/api/v1/sites", ""); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "DEMO-SITE") {
		t.Errorf("sites: %s", a.body)
	}
}
