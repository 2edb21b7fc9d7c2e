package gateway_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// opened is an answer that is being read.
type opened struct {
	*http.Response
	lines *bufio.Reader
}

// open begins a request that goes on.
func (c *client) open(path string, headers ...string) *opened {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), "GET", c.base+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	r.SetBasicAuth(c.name, c.password)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { resp.Body.Close() })
	return &opened{resp, bufio.NewReader(resp.Body)}
}

func (o *opened) line(t *testing.T) string {
	t.Helper()
	text, err := o.lines.ReadString('\n')
	if err != nil {
		t.Fatalf("after %q: %v", text, err)
	}
	return strings.TrimSuffix(text, "\n")
}

// rest reads to the end.
func (o *opened) rest(t *testing.T) string {
	t.Helper()
	text, err := io.ReadAll(o.lines)
	if err != nil {
		t.Errorf("after %q: %v", text, err)
	}
	return string(text)
}

// steps is a script that writes its next line once there is a file of a name.
const steps = `for n in 1 2 3; do until [ -e go$n ]; do sleep 0.01; done; echo "line $n of run $(cat run)"; done`

func (h *heddle) put(j jobsapi.Job, name, text string) {
	h.t.Helper()
	h.ok(nil, "PUT", "/api/v1/storages/"+j.Storage()+"/files/"+name, text)
}

func (h *heddle) epoch(o *opened, want int) {
	h.t.Helper()
	if got := o.Header.Get("Heddle-Output-Epoch"); got != fmt.Sprint(want) {
		h.t.Errorf("it is of epoch %s, want %d", got, want)
	}
}

// TestOutputIsFollowedWhileItGrows reads the same output as it comes, in each
// of the ways, and comes back to it after a cut and after a restart.
func TestOutputIsFollowedWhileItGrows(t *testing.T) {
	t.Parallel()
	h := start(t)
	j := h.submit(fmt.Sprintf(`{"script":%q,"client_stage_in":true}`, steps))
	out := "/api/v1/jobs/" + j.ID.String() + "/stdout"
	h.put(j, "run", "one")
	h.ok(nil, "POST", "/api/v1/jobs/"+j.ID.String()+"/start", "")
	h.put(j, "go1", "")
	plain := h.open(out + "?follow=true")
	if got := plain.line(t); got != "line 1 of run one" {
		t.Errorf("%q", got)
	}
	h.epoch(plain, 1)
	events := h.open(out+"?follow=true&tail=1", "Accept: text/event-stream")
	for _, want := range []string{"retry: 2000", "", "id: 1-18", "event: output", `data: {"epoch":1,"offset":0,"text":"line 1 of run one\n"}`, ""} {
		if got := events.line(t); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	plain.Body.Close() // the line breaks
	h.put(j, "go2", "")
	again := h.open(out + "?follow=true&epoch=1&offset=18")
	if got := again.line(t); got != "line 2 of run one" || again.Header.Get("Heddle-Output-Offset") != "18" {
		t.Errorf("%q from %s", got, again.Header.Get("Heddle-Output-Offset"))
	}
	h.put(j, "go3", "")
	if got := again.rest(t); got != "line 3 of run one\n" {
		t.Errorf("%q", got)
	}
	if got := events.rest(t); !strings.HasSuffix(got, "event: end\ndata: {\"epoch\":1,\"exit_code\":0,\"offset\":54,\"reason\":\"ended\",\"state\":\"succeeded\"}\n\n") {
		t.Errorf("%s", got)
	}
	if got := h.send("GET", out+"?tail=2", "").body; got != "line 2 of run one\nline 3 of run one\n" {
		t.Errorf("tail: %q", got)
	}
	h.restarted(j, out)
}

// restarted runs the job again, while somebody comes back who knows the first
// run.
func (h *heddle) restarted(j jobsapi.Job, out string) {
	h.t.Helper()
	h.put(j, "run", "two!")
	if err := os.Remove(filepath.Join(h.dir, "workdirs", j.ID.String(), "go3")); err != nil {
		h.t.Fatal(err)
	}
	h.ok(nil, "POST", "/api/v1/jobs/"+j.ID.String()+"/restart", "")
	var now jobsapi.Job
	for now.State != jobsapi.Running {
		h.ok(&now, "GET", fmt.Sprintf("/api/v1/jobs/%s?wait=20s&after=%d", j.ID, now.Version), "")
	}
	events := h.open(out+"?follow=true", "Accept: text/event-stream", "Last-Event-ID: 1-54")
	for text := ""; !strings.Contains(text, "line 2 of run two!"); {
		text = events.line(h.t)
	}
	plain := h.open(out + "?follow=true&epoch=1&offset=54")
	if got := plain.line(h.t); got != "line 1 of run two!" || plain.Header.Get("Heddle-Output-Offset") != "0" {
		h.t.Errorf("%q from %s", got, plain.Header.Get("Heddle-Output-Offset"))
	}
	h.epoch(plain, 2)
	h.put(j, "go3", "")
	if got := plain.rest(h.t); got != "line 2 of run two!\nline 3 of run two!\n" {
		h.t.Errorf("%q", got)
	}
	if got := events.rest(h.t); !strings.Contains(got, `"offset":57,"reason":"ended"`) {
		h.t.Errorf("%s", got)
	}
}

func TestOutputOfOthersIsNotFollowed(t *testing.T) {
	t.Parallel()
	h := start(t)
	j := h.submit(`{"script":"true"}`)
	out := "/api/v1/jobs/" + j.ID.String() + "/stdout?follow=true"
	refused(t, "another's", h.as("alice", "alice123").send("GET", out, ""), 403, "")
	for query, field := range map[string]string{"follow=perhaps": "follow", "follow=true&offset=-1": "offset", "tail=x": "tail", "tail=1&offset=2": "tail", "epoch=x": "epoch"} {
		refused(t, query, h.send("GET", "/api/v1/jobs/"+j.ID.String()+"/stdout?"+query, ""), 400, field)
	}
	refused(t, "a bad id", h.send("GET", out, "", "Last-Event-ID: x"), 400, "Last-Event-ID")
	h.ended(j.ID.String())
	if a := h.send("GET", out, ""); a.StatusCode != 200 || a.body != "" {
		t.Errorf("an output without anything: %d %q", a.StatusCode, a.body)
	}
}
