package gateway_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The queue's state and history at core4's door; the journal is real.
//
// covers: C2-021 C2-022 C2-024
func TestCore4Queue(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := core4Gateway(t, h, nil)
	for name, perms := range map[string]string{
		"worker":  `"job://core4.demo.job/x","api://core4.api.v1.request.job"`,
		"watcher": `"api://core4.api.v1.request.queue.state.QueueHandler"`,
		"planner": `"api://core4.api.v1.request.queue"`,
	} {
		c.admin("POST", "", fmt.Sprintf(`{"name":%q,"email":%q,"passwd":"%s-pw","perm":[%s]}`, name, name+"@example.org", name, perms))
	}
	worker, watcher, planner := c.who("worker"), c.who("watcher"), c.who("planner")
	first := worker.enqueue("Sleep", `{"queue":1}`)
	worker.is(first, "running")

	next, stop := watcher.watch("/queue")
	defer stop()
	counts := next()
	if counts["running"] != 1 || counts["timestamp"] < 1e9 || len(counts) != 2 {
		t.Errorf("at first %v", counts)
	}
	second := worker.enqueue("Fail", `{}`)
	worker.is(second, "error")
	for counts["error"] != 1 {
		counts = next()
	}
	worker.data(new(bool), "PUT", "/job/kill/"+first, "")
	for counts["killed"] != 1 || counts["running"] != 0 {
		counts = next()
	}
	worker.data(new(bool), "PUT", "/job/remove/"+second, "")
	for counts["error"] != 0 {
		counts = next()
	}
	for path, who := range map[string]*client{"/queue": worker, "/jobs/history": watcher, "/queue/history": watcher} {
		if a := who.core4("GET", "/core4/api/v1"+path, ""); a.Code != 403 {
			t.Errorf("%s by %s: %d", path, who.name, a.Code)
		}
	}
	if a := watcher.send("HEAD", "/core4/api/v1/queue", ""); a.StatusCode != 200 || a.body != "" || a.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("HEAD: %d %v", a.StatusCode, a.Header)
	}
	core4History(t, planner)
}

type core4Row struct {
	Created                                string
	Total, Pending, Running, Error, Killed int
}

func core4History(t *testing.T, c *client) {
	var rows []core4Row
	a := c.data(&rows, "GET", "/jobs/history?per_page=100", "")
	if len(rows) < 2 || rows[0].Killed != 1 || rows[0].Total != 1 || rows[0].Created < rows[1].Created {
		t.Fatalf("%s", a.body)
	}
	for _, r := range rows {
		if r.Total != r.Pending+r.Running+r.Error+r.Killed {
			t.Errorf("%+v", r)
		}
	}
	oldest := rows[len(rows)-1].Created
	if c.data(&rows, "POST", "/jobs/history", `{"sort":1,"per_page":1}`); len(rows) != 1 || rows[0].Created != oldest {
		t.Errorf("the oldest is %+v", rows)
	}
	rows = nil
	c.data(&rows, "GET", `/jobs/history?filter={"created":{"$gt":"`+oldest+`"}}&sort=1&per_page=100`, "")
	if len(rows) == 0 || rows[0].Created <= oldest {
		t.Errorf("behind %s: %+v", oldest, rows)
	}
	if c.data(&rows, "GET", `/jobs/history?filter={"created":{"$gte":"2001-01-01T00:00:00","$lt":"2002-01-01T00:00:00"}}`, ""); len(rows) != 0 {
		t.Errorf("before there was anything: %+v", rows)
	}
	today := time.Now().UTC().Format("2006-01-02")
	a = c.data(&rows, "GET", "/queue/history?perPage=1000&sort=1&startDate="+today+"&endDate=2100-01-01", "")
	if len(rows) == 0 || len(rows) > 2 || rows[0].Total == 0 { // of years, each day; it may be midnight
		t.Errorf("%s", a.body)
	}
	if c.data(&rows, "POST", "/queue/history", "{}"); len(rows) == 0 {
		t.Error("nothing in a week")
	}
	for _, bad := range []string{"/queue/history?start_date=2018-02-01&end_date=2018-01-01", "/queue/history?startDate=x", "/queue/history?per_page=0",
		"/queue/history?sort=2", "/jobs/history?sort=x", `/jobs/history?filter={"created":1}`, `/jobs/history?filter={"created":{"$where":"2018-01-01"}}`,
		`/jobs/history?filter={"created":{"$gte":"x"}}`, `/jobs/history?filter={"total":{"$gte":"2018-01-01"}}`, "/jobs/history?filter=x"} {
		if a := c.core4("GET", "/core4/api/v1"+bad, ""); a.Code != 400 {
			t.Errorf("%s: %d %s", bad, a.Code, a.body)
		}
	}
}

// watch follows counts until stop; next is the next ones.
func (c *client) watch(path string) (next func() map[string]float64, stop func()) {
	c.t.Helper()
	data, stop := c.listen(path)
	return func() map[string]float64 {
		c.t.Helper()
		var counts map[string]float64
		if err := json.Unmarshal([]byte(data()), &counts); err != nil {
			c.t.Fatal(err)
		}
		return counts
	}, stop
}

// listen reads a stream until stop; next is the data of the next event.
func (c *client) listen(path string) (next func() string, stop func()) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), "GET", c.base+"/core4/api/v1"+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	r.SetBasicAuth(c.name, c.password)
	res, err := c.http.Do(r)
	if err != nil || res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" {
		c.t.Fatalf("%v %v", res, err)
	}
	lines := bufio.NewScanner(res.Body)
	return func() string {
		c.t.Helper()
		for lines.Scan() {
			if text, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				return text
			}
		}
		c.t.Fatalf("the stream ended: %v", lines.Err())
		return ""
	}, func() { res.Body.Close() }
}
