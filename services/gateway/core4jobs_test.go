package gateway_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	heddleid "github.com/heddle-dev/heddle/pkg/id"
)

// Jobs of core4's door; the services are real, and so are the processes.
func TestCore4Jobs(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := core4Gateway(t, h, nil)
	const request = "api://core4.api.v1.request."
	for name, perms := range map[string]string{
		"worker":   `"job://core4.demo.job/x","` + request + `job","` + request + `queue"`,
		"reader":   `"job://core4.demo.job/r","` + request + `job","` + request + `queue"`,
		"stranger": `"` + request + `job","` + request + `queue"`,
		"outsider": ``,
	} {
		c.admin("POST", "", fmt.Sprintf(`{"name":%q,"email":%q,"passwd":"%s-pw","perm":[%s]}`, name, name+"@example.org", name, perms))
	}
	for name, f := range map[string]func(*testing.T, *client){
		"from its start to its end":    core4JobLife,
		"the same job at every door":   core4JobDoors,
		"one of a name and arguments":  core4JobOnce,
		"repeated with a key":          core4JobKey,
		"who may see and do what":      core4JobRights,
		"what cannot be asked":         core4JobRefusals,
		"with whom it is shared":       core4JobShared,
		"killed, restarted, removed":   core4JobActs,
		"the older forms":              core4JobOlder,
		"all of a kind":                core4JobsOfKind,
		"kinds of jobs":                core4JobKinds,
		"lists are filtered and paged": core4JobLists,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := *c.as("worker", "worker-pw")
			c.t = t
			f(t, &c)
		})
	}
}

func core4JobLife(t *testing.T, c *client) {
	got := c.events("POST", "/job", `{"qual_name":"core4.demo.job.Echo","args":{"year":2018,"text":"$(id) `+"`id`"+`\u0000"}}`)
	var states []string
	var logs []core4Job
	var id string
	for _, e := range got[:len(got)-1] {
		var j core4Job
		if err := json.Unmarshal([]byte(e.data), &j); err != nil {
			t.Fatalf("%v in %+v", err, e)
		}
		switch e.name {
		case "state":
			states, id = append(states, j.State), j.ID
		case "log":
			if j.ID != e.id || j.Mode == "" {
				t.Errorf("%+v", e)
			}
			logs = append(logs, j)
		}
	}
	end := got[len(got)-1]
	if end.name != "close" || end.data != fmt.Sprintf(`{"log":%d,"state":%d}`, len(logs), len(states)) {
		t.Errorf("the end is %+v of %v", end, got)
	}
	if states[0] != "pending" || states[len(states)-1] != "complete" {
		t.Errorf("states %v", states)
	}
	if !slices.IsSortedFunc(logs, func(a, b core4Job) int { return strings.Compare(a.ID, b.ID) }) || logs[0].Mode != "prelog" {
		t.Errorf("%+v", logs)
	}
	if !slices.ContainsFunc(logs, func(j core4Job) bool { return j.Message == `{"text":"$(id) `+"`id`"+`\u0000","year":2018}` }) {
		t.Errorf("its output is not in its log: %+v", logs)
	}
	j := c.is(id, "complete")
	if !j.Journal || j.QualName != "core4.demo.job.Echo" || j.Args["year"] != 2018.0 || j.High != nil || j.Enqueued["username"] != "worker" {
		t.Errorf("%+v", j)
	}
	again := c.events("GET", "/job/follow/"+id, "")
	if again[0].name != "state" || again[1].name != "log" || len(again) != len(logs)+2 || !strings.Contains(again[1].data, `"mode":"prelog"`) {
		t.Errorf("from the journal: %v", again)
	}
	if rest := c.events("GET", "/job/log/"+id+"?follow=1", "", "Last-Event-ID: "+logs[len(logs)-2].ID); len(rest) != 2 || rest[0].id != logs[len(logs)-1].ID {
		t.Errorf("behind the last but one: %v", rest)
	}
	var page []core4Job
	a := c.data(&page, "GET", "/job/log/"+id+"?per_page=2", "")
	if len(page) != 2 || page[0].ID != logs[0].ID || !strings.Contains(a.body, fmt.Sprintf(`"total_count":%d`, len(logs))) {
		t.Errorf("%s", a.body)
	}
}

func core4JobDoors(t *testing.T, c *client) {
	id := c.enqueue("Sleep", `{"door":1}`)
	n, err := strconv.ParseUint(id, 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	own := heddleid.ID(n).String()
	if a := c.send("GET", "/api/v1/jobs?limit=1000", ""); !strings.Contains(a.body, `"`+own+`"`) {
		t.Errorf("not at our own door: %s", a.body)
	}
	if a := c.send("GET", "/DEMO-SITE/rest/core/jobs?num=200", ""); !strings.Contains(a.body, "/jobs/"+own) {
		t.Errorf("not at UNICORE's: %s", a.body)
	}
	if a := c.send("GET", "/jobs/"+heddleid.ID(n).Decimal(), ""); !strings.Contains(a.body, "core4.demo.job.Sleep") {
		t.Errorf("not at DIRAC's: %s", a.body)
	}
	c.ok(nil, "POST", "/api/v1/jobs/"+own+"/abort", "{}")
	c.is(id, "killed")

	j := c.submit(`{"name":"from another door","executable":"/bin/sleep","arguments":["60"]}`)
	var list []core4Job
	c.data(&list, "GET", `/job?filter={"qual_name":"heddle.jobs.from_another_door"}`, "")
	if len(list) != 1 || list[0].Args != nil {
		t.Fatalf("%+v", list)
	}
	var done bool
	c.data(&done, "PUT", "/job/kill/"+list[0].ID, "")
	if got := c.ended(j.ID.String()); !done || got.State != "aborted" {
		t.Errorf("killed by its owner it is %s", got.State)
	}
}

// core4JobKey: a request with an idempotency key can be repeated, and finds its
// job where another request would be told that there is one.
func core4JobKey(t *testing.T, c *client) {
	ask := func(key, args string) core4Answer {
		return c.core4("POST", "/core4/api/v1/job", `{"qual_name":"core4.demo.job.Sleep","args":`+args+`,"follow":false}`, "Idempotency-Key: "+key)
	}
	var all sync.WaitGroup
	answers := make([]core4Answer, 4)
	for i := range answers {
		all.Go(func() { answers[i] = ask("k1", `{"keyed":1}`) })
	}
	all.Wait()
	for _, a := range append(answers, ask("k1", `{"keyed":1}`)) {
		if a.Code != 200 || string(a.Data) != string(answers[0].Data) {
			t.Errorf("%d %s, not %s", a.Code, a.body, answers[0].Data)
		}
	}
	if a := ask("k2", `{"keyed":1}`); a.Code != 400 || !strings.Contains(a.Error, "exists with args") {
		t.Errorf("another request: %d %s", a.Code, a.body)
	}
	if a := ask("k1", `{"keyed":2}`); a.Code != 409 {
		t.Errorf("the key of another request: %d %s", a.Code, a.body)
	}
	var id string
	_ = json.Unmarshal(answers[0].Data, &id)
	c.data(new(bool), "PUT", "/job/kill/"+id, "")
	if a := ask("k1", `{"keyed":1}`); a.Code != 200 || string(a.Data) != string(answers[0].Data) {
		t.Errorf("when the job has ended: %d %s", a.Code, a.body)
	}
}

func core4JobOnce(t *testing.T, c *client) {
	var all sync.WaitGroup
	answers := make([]core4Answer, 6)
	for i := range answers {
		all.Go(func() {
			answers[i] = c.core4("POST", "/core4/api/v1/job", `{"qual_name":"core4.demo.job.Sleep","args":{"once":1},"follow":false}`)
		})
	}
	all.Wait()
	var id string
	for _, a := range answers {
		switch {
		case a.Code == 200 && id == "":
			_ = json.Unmarshal(a.Data, &id)
		case a.Code == 400 && strings.Contains(a.Error, "exists with args"):
		default:
			t.Errorf("%d %s", a.Code, a.body)
		}
	}
	if id == "" {
		t.Fatal("none was started")
	}
	other := c.enqueue("Sleep", `{"once":2}`)
	for _, one := range []string{id, other} {
		c.data(new(bool), "PUT", "/job/kill/"+one, "")
		c.is(one, "killed")
	}
	if next := c.enqueue("Sleep", `{"once":1}`); next == id {
		t.Error("the next is the one before")
	} else {
		c.data(new(bool), "PUT", "/job/remove/"+next, "")
	}
	next := c.enqueue("Sleep", `{"once":1}`) // behind one that was removed
	c.data(new(bool), "PUT", "/job/kill/"+next, "")
}

func core4JobRights(t *testing.T, c *client) {
	id := c.enqueue("Sleep", `{"secret":"of the worker"}`)
	defer c.data(new(bool), "PUT", "/job/kill/"+id, "")
	other := c.submit(`{"name":"mine alone","executable":"/bin/true"}`)
	reader, stranger := c.who("reader"), c.who("stranger")
	var j core4Job
	reader.data(&j, "GET", "/job/"+id, "")
	if j.Args["secret"] != "of the worker" {
		t.Errorf("%+v", j)
	}
	for _, action := range []string{"kill", "remove", "restart"} {
		for _, who := range []*client{reader, stranger} {
			if a := who.core4("PUT", "/core4/api/v1/job/"+action+"/"+id, ""); a.Code != 403 {
				t.Errorf("%s %s: %d %s", who.name, action, a.Code, a.body)
			}
		}
	}
	for _, path := range []string{"/job/", "/job/detail/", "/job/follow/", "/job/log/", "/jobs/", "/jobs/poll/"} {
		if a := stranger.core4("GET", "/core4/api/v1"+path+id, ""); a.Code != 403 || strings.Contains(a.body, "secret") {
			t.Errorf("%s: %d %s", path, a.Code, a.body)
		}
	}
	for _, who := range []*client{reader, stranger} {
		if a := who.core4("POST", "/core4/api/v1/job", `{"qual_name":"core4.demo.job.Sleep"}`); a.Code != 403 {
			t.Errorf("%s starts a job: %d", who.name, a.Code)
		}
	}
	if a := c.who("outsider").core4("GET", "/core4/api/v1/job", ""); a.Code != 403 {
		t.Errorf("without api://: %d", a.Code)
	}
	var list []core4Job
	a := stranger.data(&list, "GET", "/job?per_page=1000", "")
	for _, j := range list {
		if j.QualName != "UnauthorizedJob" || j.Args != nil || j.Enqueued["username"] != nil {
			t.Errorf("%+v", j)
		}
	}
	if !strings.Contains(a.body, id) || strings.Contains(a.body, `"worker":"`) || strings.Contains(a.body, `:"worker"`) || strings.Contains(a.body, "mine") {
		t.Errorf("%s", a.body)
	}
	if stranger.data(&list, "GET", "/job?filter=mine", ""); len(list) != 0 {
		t.Errorf("a filter finds what is masked: %+v", list)
	}
	a = stranger.data(&list, "GET", "/jobs?per_page=1000", "")
	if len(list) != 0 || !strings.Contains(a.body, `"total_count":0`) {
		t.Errorf("%s", a.body)
	}
	a = reader.data(&list, "GET", "/jobs?per_page=1000", "")
	if !strings.Contains(a.body, id) || strings.Contains(a.body, "mine_alone") {
		t.Errorf("%s", a.body)
	}
	if a := c.who("reader").send("GET", "/api/v1/jobs/"+other.ID.String(), ""); a.StatusCode != 403 {
		t.Errorf("core4's permission reaches our own door: %d", a.StatusCode)
	}
}

func core4JobActs(t *testing.T, c *client) {
	id := c.enqueue("Sleep", `{"acts":1}`)
	c.is(id, "running")
	if a := c.core4("PUT", "/core4/api/v1/job/restart/"+id, ""); a.Code != 400 || !strings.Contains(a.Error, "is running") {
		t.Errorf("%d %s", a.Code, a.body)
	}
	c.data(new(bool), "PUT", "/job/kill/"+id, "")
	if j := c.is(id, "killed"); !j.Flag["killed"] || *j.High != "stopped" {
		t.Errorf("%+v", j)
	}
	var again, twice string
	if c.data(&again, "PUT", "/job/restart/"+id+"?follow=0", ""); again == id || len(again) != 24 {
		t.Errorf("it is %s now", again)
	}
	if c.data(&twice, "PUT", "/job/restart/"+id+"?follow=0", ""); twice != again {
		t.Errorf("who asks twice gets %s and %s", again, twice)
	}
	if j := c.is(again, "running"); j.Enqueued["parent_id"] != id || j.Args["acts"] != 1.0 || j.Journal {
		t.Errorf("%+v", j)
	}
	if j := c.is(id, "killed"); j.Enqueued["child_id"] != again || !j.Journal {
		t.Errorf("the old one is %+v", j)
	}
	if a := c.core4("POST", "/core4/api/v1/job", `{"qual_name":"core4.demo.job.Sleep","args":{"acts":1}}`); a.Code != 400 {
		t.Errorf("beside one that runs again: %d", a.Code)
	}
	c.data(new(bool), "PUT", "/job/remove/"+again, "")
	if a := c.core4("GET", "/core4/api/v1/job/"+again, ""); a.Code != 404 {
		t.Errorf("removed: %d", a.Code)
	}
	if a := c.core4("PUT", "/core4/api/v1/job/restart/"+id, ""); a.Code != 409 {
		t.Errorf("its successor is removed, and it is restarted: %d %s", a.Code, a.body)
	}

	bad := c.enqueue("Fail", `{}`)
	c.is(bad, "error")
	if got := c.events("PUT", "/job/restart/"+bad, ""); got[len(got)-1].name != "close" || !strings.Contains(got[0].data, `"parent_id":"`+bad+`"`) {
		t.Errorf("%v", got)
	}
	good := c.enqueue("Echo", `{"acts":2}`)
	c.is(good, "complete")
	if a := c.core4("PUT", "/core4/api/v1/job/restart/"+good, ""); a.Code != 400 {
		t.Errorf("what is complete runs again: %d", a.Code)
	}
}
