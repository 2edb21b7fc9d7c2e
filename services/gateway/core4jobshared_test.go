package gateway_test

import (
	"strconv"
	"testing"

	heddleid "github.com/heddle-dev/heddle/pkg/id"
)

// What the access list of a job allows is allowed at core4's door too, to whom
// no permission of core4's gives it; and its log is theirs to read.
func core4JobShared(t *testing.T, c *client) {
	id := c.enqueue("Echo", `{"text":"for some"}`)
	c.is(id, "complete")
	n, err := strconv.ParseUint(id, 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	friend := c.who("stranger")
	for _, step := range []struct {
		acl       string
		read, act int
	}{{`[]`, 403, 403}, {`["read:UID:stranger"]`, 200, 403}, {`["read:UID:reader"]`, 403, 403}, {`["modify:UID:stranger"]`, 200, 200}} {
		c.ok(nil, "PATCH", "/api/v1/jobs/"+heddleid.ID(n).String(), `{"acl":`+step.acl+`}`)
		for _, path := range []string{"/job/" + id, "/job/log/" + id, "/job/follow/" + id, "/job/log/" + id + "?follow=1"} {
			if a := friend.send("GET", "/core4/api/v1"+path, ""); a.StatusCode != step.read {
				t.Errorf("%s: GET %s is answered %d, want %d: %s", step.acl, path, a.StatusCode, step.read, a.body)
			}
		}
		if a := friend.core4("PUT", "/core4/api/v1/job/remove/"+id, ""); a.Code != step.act {
			t.Errorf("%s: to remove it is answered %d, want %d: %s", step.acl, a.Code, step.act, a.body)
		}
	}
}
