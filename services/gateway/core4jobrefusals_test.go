package gateway_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	heddleid "github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// who is a user whose password is their name and "-pw".
func (c *client) who(name string) *client { return c.as(name, name+"-pw") }

// core4Job is what of a job's document the tests look at.
type core4Job struct {
	ID       string         `json:"_id"`
	QualName string         `json:"qual_name"`
	Name     string         `json:"name"`
	Args     map[string]any `json:"args"`
	State    string         `json:"state"`
	High     *string        `json:"highstate"`
	Journal  bool           `json:"journal"`
	Attempts *int           `json:"attempts"`
	Enqueued map[string]any `json:"enqueued"`
	Flag     map[string]bool
	Mode     string `json:"mode"`
	Message  string `json:"message"`
}

// get reads data of an answer of 200 into out.
func (c *client) data(out any, method, path, body string, headers ...string) core4Answer {
	c.t.Helper()
	a := c.core4(method, "/core4/api/v1"+path, body, headers...)
	if a.Code != 200 {
		c.t.Fatalf("%s %s: %d %s", method, path, a.Code, a.body)
	}
	if err := json.Unmarshal(a.Data, out); err != nil {
		c.t.Fatalf("%s %s: %v in %s", method, path, err, a.Data)
	}
	return a
}

// enqueue starts a job of the demonstration.
func (c *client) enqueue(kind, args string) (id string) {
	c.t.Helper()
	c.data(&id, "POST", "/job", fmt.Sprintf(`{"qual_name":"core4.demo.job.%s","args":%s,"follow":false}`, kind, args))
	if len(id) != 24 {
		c.t.Fatalf("the id is %q", id)
	}
	return id
}

// is waits until a job of the client's own is in a state.
func (c *client) is(id, state string) (j core4Job) {
	c.t.Helper()
	n, err := strconv.ParseUint(id, 16, 64)
	if err != nil {
		c.t.Fatal(err)
	}
	path := "/api/v1/jobs/" + heddleid.ID(n).String()
	for {
		var seen jobsapi.Job
		c.ok(&seen, "GET", path, "")
		if c.data(&j, "GET", "/job/"+id, ""); j.State == state {
			return j
		}
		after := seen.Version
		if c.ok(&seen, "GET", fmt.Sprintf("%s?wait=30s&after=%d", path, after), ""); seen.Version == after {
			c.t.Fatalf("the job is %s, not %s", j.State, state)
		}
	}
}

// sseEvent is one server-sent event.
type sseEvent struct{ id, name, data string }

// events reads a stream to its end.
func (c *client) events(method, path, body string, headers ...string) (out []sseEvent) {
	c.t.Helper()
	a := c.send(method, "/core4/api/v1"+path, body, headers...)
	if a.StatusCode != 200 || a.Header.Get("Content-Type") != "text/event-stream" || a.Header.Get("Cache-Control") != "no-cache" ||
		a.Header.Get("X-Accel-Buffering") != "no" || a.Header.Get("Etag") != "" {
		c.t.Fatalf("%s %s: %d %v %s", method, path, a.StatusCode, a.Header, a.body)
	}
	for block := range strings.SplitSeq(strings.TrimSuffix(a.body, "\n\n"), "\n\n") {
		var e sseEvent
		for line := range strings.SplitSeq(block, "\n") {
			switch name, value, _ := strings.Cut(line, ": "); name {
			case "id":
				e.id = value
			case "event":
				e.name = value
			case "data":
				e.data = value
			}
		}
		if e.name != "" {
			out = append(out, e)
		}
	}
	return out
}

func core4JobRefusals(t *testing.T, c *client) {
	const none = "000000000000000000000001"
	for _, r := range []struct {
		method, path, body string
		code               int
		want               string
	}{
		{"POST", "/job", `{}`, 400, "Missing argument qual_name"},
		{"POST", "/job", `{"qual_name":"core4.demo.job.None"}`, 404, "job [core4.demo.job.None] not found"},
		{"POST", "/job", `{"qual_name":"core4.demo.job.Echo","args":[1]}`, 400, "parameter [args] expected as_type [dict]"},
		{"POST", "/job", `{"qual_name":"core4.demo.job.Echo","follow":"x"}`, 400, "parameter [follow] expected as_type [bool]"},
		{"POST", "/job", `{"qual_name":"core4.demo.job.Echo","args":{"x":"` + strings.Repeat("x", 1<<16) + `"}}`, 400, "parameter [args] has more than"},
		{"POST", "/job/xyz", ``, 405, "unknown action POST [xyz]"},
		{"GET", "/job/xyz", ``, 405, "unknown action GET [xyz]"},
		{"GET", "/job/xyz/1", ``, 405, "unknown action GET [xyz]"},
		{"GET", "/job/x1", ``, 400, "failed to parse job _id [x1]"},
		{"GET", "/job/detail/x1", ``, 400, "failed to parse job _id"},
		{"GET", "/job/follow/", ``, 400, "failed to parse job _id"},
		{"GET", "/job/" + none, ``, 404, "not found"},
		{"GET", "/job/5be13b56de8b69468b7ff0b2", ``, 404, "not found"}, // an id of core4's, as its clients have them
		{"GET", "/job/000000000000000000000000", ``, 404, "not found"},
		{"GET", "/job/ffffffffffffffffffffffff", ``, 404, "not found"},
		{"GET", "/job/5be13b56de8b69468b7ff0b", ``, 400, "failed to parse job _id"},
		{"GET", "/job/follow/" + none, ``, 404, "not found"},
		{"GET", "/job/log/" + none, ``, 404, "not found"},
		{"PUT", "/job", ``, 400, "requires job _id"},
		{"PUT", "/job/kill", ``, 400, "requires job _id"},
		{"PUT", "/job/kill/", ``, 400, "requires job _id"},
		{"PUT", "/job/kill/" + none, ``, 404, "not found"},
		{"PUT", "/job/restart/x1", ``, 400, "failed to parse job _id"},
		{"PUT", "/job/xyz/" + none, ``, 405, "unknown action PUT [xyz]"},
		{"DELETE", "/job/" + none, ``, 405, "Method Not Allowed"},
		{"GET", "/job?per_page=0", ``, 400, "per_page"},
		{"GET", "/job?page=x", ``, 400, "parameter [page] expected as_type [int]"},
		{"GET", `/job?filter={"$where":"1"}`, ``, 400, "[$where]"},
		{"GET", `/job?filter={"args":1}`, ``, 400, "[args]"},
		{"GET", `/job?sort=[["args",1]]`, ``, 400, "parameter [sort]"},
		{"GET", `/job?sort=[["_id",2]]`, ``, 400, "parameter [sort]"},
		{"GET", `/job?sort=x`, ``, 400, "parameter [sort] expected as_type [list]"},
		{"GET", "/jobs/x1", ``, 400, "failed to parse job _id"},
		{"GET", "/jobs/" + none, ``, 404, "not found"},
		{"GET", "/jobs?order=2", ``, 400, "parameter [sort]"},
		{"DELETE", "/jobs", ``, 400, "requires job _id"},
		{"DELETE", "/jobs/" + none, ``, 404, "not found"},
		{"PUT", "/jobs/xyz/" + none, ``, 400, "unknown action [xyz]"},
		{"PUT", "/jobs/" + none, ``, 400, "unknown action []"},
		{"GET", "/jobs/poll", ``, 400, "requires job _id"},
		{"POST", "/jobs/poll", `{}`, 400, "requires job _id"},
		{"POST", "/jobs/enqueue", `{}`, 400, "Missing argument name"},
		{"POST", "/jobs/enqueue", `{"name":"core4.demo.job.Echo","chain":["x"]}`, 400, "parameter [chain] is not supported"},
		{"POST", "/jobs/enqueue", `{"name":"core4.demo.job.Echo","priority":99}`, 400, "priority"},
	} {
		if a := c.core4(r.method, "/core4/api/v1"+r.path, r.body); a.Code != r.code || !strings.Contains(a.Error, r.want) {
			t.Errorf("%s %s %.60s: %d %s", r.method, r.path, r.body, a.Code, a.body)
		}
	}
}
