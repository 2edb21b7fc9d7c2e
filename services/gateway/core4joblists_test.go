package gateway_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func core4JobOlder(t *testing.T, c *client) {
	var made struct{ ID, Name string }
	var raw map[string]string
	c.data(&raw, "POST", "/jobs/enqueue", `{"name":"core4.demo.job.Echo","older":true,"priority":3,"wall_time":30}`)
	made.ID, made.Name = raw["_id"], raw["name"]
	if made.Name != "core4.demo.job.Echo" {
		t.Errorf("%v", raw)
	}
	c.is(made.ID, "complete")
	var j core4Job
	a := c.data(&j, "GET", "/jobs/"+made.ID, "")
	if j.Name != made.Name || j.QualName != "" || fmt.Sprint(j.Args) != "map[older:true]" || !j.Journal || !strings.Contains(a.body, `"priority":3`) {
		t.Errorf("%s", a.body)
	}
	if got := c.events("GET", "/jobs/poll/"+made.ID, ""); got[0].name != "state" || got[len(got)-1].name != "close" {
		t.Errorf("%v", got)
	}
	if got := c.events("POST", "/jobs/poll", `{"name":"core4.demo.job.Echo","older":2}`); got[len(got)-1].name != "close" {
		t.Errorf("%v", got)
	}
	bad := c.enqueue("Fail", `{"older":1}`)
	c.is(bad, "error")
	var both map[string]string
	if c.data(&both, "PUT", "/jobs/"+bad+"?action=restart", ""); both["old_id"] != bad || both["new_id"] == bad {
		t.Errorf("%v", both)
	}
	c.is(both["new_id"], "error")
	c.data(new(bool), "PUT", "/jobs/delete/"+bad, "")
	c.data(new(bool), "DELETE", "/jobs/"+made.ID, "")
	for _, id := range []string{bad, made.ID} {
		if a := c.core4("GET", "/core4/api/v1/jobs/"+id, ""); a.Code != 404 {
			t.Errorf("deleted: %d", a.Code)
		}
	}
	var list []core4Job
	c.data(&list, "POST", "/jobs", `{"filter":{"state":"complete"},"sort":"name","order":-1}`)
	for _, j := range list {
		if j.State != "complete" {
			t.Errorf("%+v", j)
		}
	}
}

func core4JobKinds(t *testing.T, c *client) {
	for _, path := range []string{"/job/list", "/jobs/list"} {
		var list []core4Job
		if c.data(&list, "GET", path+"?search=*.SLEE?", ""); len(list) != 1 || list[0].ID != "core4.demo.job.Sleep" {
			t.Errorf("%s: %+v", path, list)
		}
		if c.data(&list, "GET", path, ""); len(list) != 3 || list[0].ID != "core4.demo.job.Echo" {
			t.Errorf("%s: %+v", path, list)
		}
		if c.data(&list, "GET", path+`?filter={"name":"core4.demo.job.Fail"}`, ""); len(list) != 1 {
			t.Errorf("%s: %+v", path, list)
		}
		if c.data(&list, "GET", path+"?search=[*", ""); len(list) != 0 {
			t.Errorf("%s: %+v", path, list)
		}
		if c.who("reader").data(&list, "GET", path, ""); len(list) != 0 {
			t.Errorf("who may only read is told of %+v", list)
		}
	}
}

func core4JobLists(t *testing.T, c *client) {
	for i := range 3 {
		c.is(c.enqueue("Echo", fmt.Sprintf(`{"list":%d}`, i)), "complete")
	}
	var list []core4Job
	a := c.data(&list, "POST", "/job/queue", `{"filter":{"qual_name":"core4.demo.job.Echo"},"per_page":2,"page":-1,"sort":[["state",1],["_id",-1]]}`)
	if len(list) == 0 || !strings.Contains(a.body, `"per_page":2`) || list[0].Args == nil {
		t.Errorf("%s", a.body)
	}
	c.data(&list, "GET", "/job?per_page=1000", "")
	if !slices.IsSortedFunc(list, func(a, b core4Job) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("the list is not sorted by _id")
	}
	if a := c.data(&list, "GET", "/job?page=999", ""); len(list) != 0 || !strings.Contains(a.body, `"count":0`) {
		t.Errorf("%s", a.body)
	}
}

// Who follows a kind is told of its jobs, of whatever owner, and of no others.
func core4JobsOfKind(t *testing.T, c *client) {
	next, stop := c.who("reader").listen("/jobs/poll/core4.demo.job.Fail")
	defer stop()
	c.submit(`{"name":"core4.demo.job.Fail","executable":"/bin/true"}`)
	id := c.enqueue("Fail", `{"kind":1}`)
	for state := ""; state != "error"; {
		text := next()
		var j core4Job
		if err := json.Unmarshal([]byte(text), &j); err != nil || j.Name != "core4.demo.job.Fail" || j.Enqueued["username"] != "worker" {
			t.Fatalf("%v %s", err, text)
		}
		if j.ID == id {
			state = j.State
		}
	}
	for name, code := range map[string]int{"reader": 404, "stranger": 404} {
		if a := c.who(name).core4("GET", "/core4/api/v1/jobs/poll/no.such.Kind", ""); a.Code != code {
			t.Errorf("%s: %d", name, a.Code)
		}
	}
	if a := c.who("stranger").core4("GET", "/core4/api/v1/jobs/poll/core4.demo.job.Fail", ""); a.Code != 403 {
		t.Errorf("without permission: %d", a.Code)
	}
	for _, path := range []string{"/jobs/poll/" + id, "/job/follow/" + id, "/jobs/poll/core4.demo.job.Fail"} {
		if a := c.send("HEAD", "/core4/api/v1"+path, ""); a.StatusCode != 200 || a.body != "" {
			t.Errorf("HEAD %s: %d", path, a.StatusCode)
		}
	}
}
