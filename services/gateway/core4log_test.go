package gateway_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The logs of all jobs that somebody may see, at core4's door.
func TestCore4Log(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := core4Gateway(t, h, nil)
	const log = `"api://core4.api.v1.request.standard.log"`
	for name, perms := range map[string]string{
		"lena": log + `,"api://core4.api.v1.request.job","job://core4.demo.job/x"`, "reader": log + `,"job://core4.demo.job.Echo/r"`,
		"stranger": log, "outsider": `"api://core4.api.v1.request.job"`,
	} {
		c.admin("POST", "", fmt.Sprintf(`{"name":%q,"email":%q,"passwd":"%s-pw","perm":[%s]}`, name, name+"@example.org", name, perms))
	}
	lena := c.who("lena")
	echo, fail := lena.enqueue("Echo", `{"secret":"of lena"}`), lena.enqueue("Fail", `{}`)
	lena.is(echo, "complete")
	lena.is(fail, "error")

	core4LogFilters(t, c, echo, fail)
	core4LogRefusals(t, c)
	core4LogFollow(t, c)
	core4LogRestart(t, c, fail)
}

// logs are the records of an answer, which has to end as it should.
func (c *client) logs(method, query, body string) (out []core4Record) {
	c.t.Helper()
	events := c.events(method, "/log"+query, body)
	for _, e := range events[:len(events)-1] {
		switch e.name {
		case "log":
			var r core4Record
			if err := json.Unmarshal([]byte(e.data), &r); err != nil {
				c.t.Fatal(err)
			}
			out = append(out, r)
		case "alive":
			if !strings.HasPrefix(e.data, `{"request_id":"`) {
				c.t.Errorf("%+v", e)
			}
		default:
			c.t.Errorf("%+v", e)
		}
	}
	if end := events[len(events)-1]; end.name != "close" || end.data != "{}" {
		c.t.Errorf("%s ends with %+v", query, end)
	}
	return out
}

type core4Record struct {
	ID         string `json:"_id"`
	Identifier string
	Username   string
	Level      string
	Message    string
}

func core4LogFilters(t *testing.T, c *client, echo, fail string) {
	all := c.who("lena").logs("GET", "", "")
	output := slices.IndexFunc(all, func(r core4Record) bool { return r.Message == `{"secret":"of lena"}` })
	if output < 0 || all[output].Identifier != echo || all[output].Username != "lena" {
		t.Fatalf("%+v", all)
	}
	steps := len(all)
	ofEcho := len(c.who("lena").logs("GET", "?identifier="+echo, ""))
	for _, part := range [][]core4Record{all[:ofEcho], all[ofEcho:]} { // the older job first
		if !slices.IsSortedFunc(part, func(a, b core4Record) int { return strings.Compare(a.ID, b.ID) }) || part[0].Identifier != part[len(part)-1].Identifier {
			t.Errorf("%+v", all)
		}
	}
	if ofEcho == 0 || ofEcho >= steps || len(c.as("admin", "hans").logs("GET", "", "")) != steps {
		t.Errorf("%d of %d", ofEcho, steps)
	}
	if got := c.who("reader").logs("GET", "", ""); len(got) != ofEcho || slices.ContainsFunc(got, func(r core4Record) bool { return r.Identifier == fail }) {
		t.Errorf("who may read Echo alone: %+v", got)
	}
	if got := c.who("stranger").logs("GET", "", ""); len(got) != 0 {
		t.Errorf("who may see none: %+v", got)
	}
	for query, want := range map[string]int{
		"?start=5m": steps, "?start=1d&end=2001-01-01": 0, "?start=2001-01-01": steps, "?end=1h": 0, "?start=2100-01-01": 0, "?start=00:00&end=2100-01-01T10:00:00": steps,
		"?project=core4": steps, "?project=core": 0, "?hostname=DEMO-SITE": steps, "?hostname=DEMO": 0, "?username=lena": steps, "?username=len": 0,
		"?qual_name=Echo$": ofEcho, "?qual_name=^Echo": 0, "?message=of+lena": 1, "?message=[Oo]f%20l.na$": 0, "?level=debug": steps, "?level=CRITICAL": 0,
		"?identifier=000000000000000000000000": 0,
	} {
		if strings.HasPrefix(query, "?start=00:00") && len(c.who("lena").logs("GET", "?start=1h", "")) != steps {
			continue // it is just after midnight
		}
		if got := c.who("lena").logs("GET", query, ""); len(got) != want {
			t.Errorf("%s: %d of %d, want %d", query, len(got), steps, want)
		}
	}
	errors := c.who("lena").logs("POST", "", `{"level":"ERROR","start":"1w"}`)
	if len(errors) == 0 || slices.ContainsFunc(errors, func(r core4Record) bool { return r.Identifier != fail || r.Level != "ERROR" }) {
		t.Errorf("errors: %+v", errors)
	}
}

func core4LogRefusals(t *testing.T, c *client) {
	for _, query := range []string{"start=x", "end=yesterday", "start=5y", "start=-5m", "start=99999d", "start=25:00", "start=m", "level=loud", "follow=maybe",
		"message=(", "qual_name=[", "identifier=" + strings.Repeat("x", 201), "message=(%3F%3Da)"} {
		name, _, _ := strings.Cut(query, "=")
		if a := c.who("lena").core4("GET", "/core4/api/v1/log?"+query, ""); a.Code != 400 || !strings.Contains(a.Error, "["+name+"]") {
			t.Errorf("%.50s: %d %s", query, a.Code, a.body)
		}
	}
	for name, code := range map[string]int{"outsider": 403, "nobody": 401} {
		if a := c.who(name).core4("GET", "/core4/api/v1/log", ""); a.Code != code {
			t.Errorf("%s: %d", name, a.Code)
		}
	}
	if a := c.who("lena").send("HEAD", "/core4/api/v1/log", ""); a.StatusCode != 200 || a.body != "" || a.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("HEAD: %d %v", a.StatusCode, a.Header)
	}
	if a := c.who("lena").core4("DELETE", "/core4/api/v1/log/", ""); a.Code != 405 {
		t.Errorf("DELETE: %d", a.Code)
	}
}

// Who follows gets what comes, each record once, and nothing of other jobs.
func core4LogFollow(t *testing.T, c *client) {
	next, stop := c.who("reader").listen("/log?follow=1&start=5m")
	defer stop()
	for !strings.Contains(next(), "request_id") { // what there was, before
	}
	lena := c.who("lena")
	lena.is(lena.enqueue("Fail", `{"n":2}`), "error")
	id := lena.enqueue("Echo", `{"later":true}`)
	lena.is(id, "complete")
	want := lena.logs("GET", "?identifier="+id, "")
	for at := 0; at < len(want); {
		var r core4Record
		if err := json.Unmarshal([]byte(next()), &r); err != nil {
			t.Fatal(err)
		}
		if r.ID == "" { // alive
			continue
		}
		if r != want[at] {
			t.Fatalf("%+v, want %+v", r, want[at])
		}
		at++
	}
}

// The job that does a failed one's work again has a log of its own.
func core4LogRestart(t *testing.T, c *client, fail string) {
	lena := c.who("lena")
	next, stop := lena.listen("/log?follow=1&level=ERROR&qual_name=Fail")
	defer stop()
	failed := func(id string) {
		t.Helper()
		for {
			var r core4Record
			if err := json.Unmarshal([]byte(next()), &r); err != nil {
				t.Fatal(err)
			}
			if r.ID != "" && r.Identifier == id {
				if !strings.HasPrefix(r.Message, "It has failed") {
					t.Fatalf("%+v", r)
				}
				return
			}
		}
	}
	failed(fail)
	var id string
	lena.data(&id, "PUT", "/job/restart/"+fail, `{"follow":false}`)
	failed(id)
}
