package gateway_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// event is one server-sent event.
type event struct{ id, name, data string }

// listener is an open event stream.
type listener struct {
	events chan event // closed when the stream ends
	stop   func()
}

// follow opens the stream behind a cursor ("": now).
func (c *client) follow(cursor, query string) *listener {
	c.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, "GET", c.base+"/api/v1/events"+query, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	r.SetBasicAuth(c.name, c.password)
	if cursor != "" {
		r.Header.Set("Last-Event-ID", cursor)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" {
		c.t.Fatalf("events: %d %v", resp.StatusCode, resp.Header)
	}
	l := &listener{events: make(chan event, 1000), stop: cancel}
	go func() {
		defer close(l.events)
		defer resp.Body.Close()
		read(bufio.NewScanner(resp.Body), l.events)
	}()
	c.t.Cleanup(cancel)
	return l
}

// read parses an event stream; an id without data moves the cursor, too.
func read(sc *bufio.Scanner, to chan<- event) {
	var e event
	for sc.Scan() {
		name, value, _ := strings.Cut(sc.Text(), ": ")
		switch name {
		case "id":
			e.id = value
		case "event":
			e.name = value
		case "data":
			e.data = value
		case "":
			if e.id != "" && sc.Text() == "" {
				to <- e
				e = event{}
			}
		}
	}
}

// next is the next event that has data.
func (l *listener) next(t *testing.T) event {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		select {
		case e, ok := <-l.events:
			if !ok {
				t.Fatal("the stream ended")
			}
			if e.name != "" {
				return e
			}
		case <-deadline:
			t.Fatal("no event within 20 s")
		}
	}
}

func TestEventsSurviveARestartOfTheGateway(t *testing.T) {
	t.Parallel()
	h := start(t)
	var submitted, heard []string
	submit := func() {
		submitted = append(submitted, h.submit(`{"executable":"/bin/true","client_stage_in":true}`).ID.String())
	}
	cursor := ""
	listen := func(l *listener, until int) {
		t.Helper()
		for len(heard) < until {
			e := l.next(t)
			cursor = e.id
			if e.name == "jobs.job.submitted.v1" {
				heard = append(heard, jobOf(t, e))
			}
		}
	}
	first := h.follow("", "")
	submit()
	submit()
	listen(first, 2)
	submit() // is not listened to before the gateway goes
	h.gateway(t)
	submit()
	second := h.follow(cursor, "")
	submit()
	listen(second, 5)
	if !slices.Equal(heard, submitted) {
		t.Errorf("heard  %v\nwanted %v", heard, submitted)
	}
	var last event
	for e := range first.events {
		last = e
	}
	if last.name != "end" || !strings.Contains(last.data, "closing") {
		t.Errorf("the first stream ended with %+v", last)
	}
}

func jobOf(t *testing.T, e event) string {
	t.Helper()
	var ce struct {
		SpecVersion, ID, Source, Type, Subject, Cursor string
		Data                                           struct{ ID string }
	}
	if err := json.Unmarshal([]byte(e.data), &ce); err != nil {
		t.Fatal(err)
	}
	if ce.SpecVersion != "1.0" || ce.Type != e.name || ce.Cursor != e.id || ce.Source != "/jobs" || ce.Subject != "job/"+ce.Data.ID {
		t.Errorf("%+v", ce)
	}
	return ce.Data.ID
}

func TestEvents(t *testing.T) {
	t.Parallel()
	h := start(t)
	mine := h.submit(`{"executable":"/bin/true"}`)
	h.ended(mine.ID.String())
	alice := h.as("alice", "alice123")
	hers := alice.submit(`{"executable":"/bin/true"}`)
	alice.ended(hers.ID.String())

	t.Run("a job's story to the present", func(t *testing.T) {
		all := collect(h.follow("", "?follow=false&job="+mine.ID.String()))
		if len(all) < 4 || all[0].name != "jobs.job.submitted.v1" || all[len(all)-1].name != "jobs.job.succeeded.v1" {
			t.Fatalf("%v", all)
		}
		for i, e := range all { // every cursor resumes behind its event
			rest := collect(h.follow(e.id, "?follow=false&job="+mine.ID.String()))
			if !slices.Equal(rest, all[i+1:]) {
				t.Errorf("behind %s: %v", e.id, rest)
			}
		}
	})
	t.Run("everybody hears their own, operators all", func(t *testing.T) {
		hear := func(c *client) string {
			var ids []string
			for _, e := range collect(c.follow("0", "?follow=false")) {
				if e.name == "jobs.job.submitted.v1" {
					ids = append(ids, jobOf(t, e))
				}
			}
			return strings.Join(ids, " ")
		}
		if got := hear(h.client); got != mine.ID.String() {
			t.Errorf("demouser hears of %q", got)
		}
		if got := hear(alice); got != hers.ID.String() {
			t.Errorf("alice hears of %q", got)
		}
		if got := hear(h.as("admin", "hans")); got != mine.ID.String()+" "+hers.ID.String() {
			t.Errorf("the operator hears of %q", got)
		}
	})
	t.Run("a cursor of another journal is a gap", func(t *testing.T) {
		l := h.follow("999999", "")
		e := l.next(t)
		if n, err := strconv.Atoi(e.id); e.name != "gap" || err != nil || n > 1000 {
			t.Fatalf("%+v", e)
		}
		j := h.submit(`{"executable":"/bin/true"}`)
		if e := l.next(t); jobOf(t, e) != j.ID.String() {
			t.Errorf("after the gap: %+v", e)
		}
	})
}

// collect reads a stream that ends by itself.
func collect(l *listener) (all []event) {
	for e := range l.events {
		if e.name != "" {
			all = append(all, e)
		}
	}
	return all
}

// A broker that restarts interrupts nobody who follows.
func TestEventsSurviveARestartOfTheBroker(t *testing.T) {
	t.Parallel()
	h := start(t)
	l := h.follow("", "")
	first := h.submit(`{"executable":"/bin/true","client_stage_in":true}`)
	if e := l.next(t); jobOf(t, e) != first.ID.String() {
		t.Fatalf("%+v", e)
	}
	l.next(t) // it is ready
	h.nats.Restart(t)
	key := "Idempotency-Key: after the restart"
	var second jobsapi.Job
	for deadline := time.Now().Add(30 * time.Second); ; { // until everybody is connected again
		a := h.send("POST", "/api/v1/jobs", `{"executable":"/bin/true","client_stage_in":true}`, key)
		if a.StatusCode == 201 {
			if err := json.Unmarshal([]byte(a.body), &second); err != nil {
				t.Fatal(err)
			}
			break
		}
		if a.StatusCode != 503 && a.StatusCode != 504 || time.Now().After(deadline) {
			t.Fatalf("submit: %d %s", a.StatusCode, a.body)
		}
	}
	if e := l.next(t); jobOf(t, e) != second.ID.String() {
		t.Errorf("%+v", e)
	}
}

// A wait must not hold up the end of the gateway.
func TestShutdownAnswersThoseWhoWait(t *testing.T) {
	t.Parallel()
	h := start(t)
	j := h.submit(`{"executable":"/bin/true","client_stage_in":true}`)
	for j.State != jobsapi.Ready {
		h.ok(&j, "GET", "/api/v1/jobs/"+j.ID.String()+"?wait=20s&after="+strconv.FormatUint(j.Version, 10), "")
	}
	watch := h.nats.Conn(t)
	asked, err := watch.SubscribeSync("qry.jobs.job.get")
	if err != nil || watch.Flush() != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), "GET", h.base+"/api/v1/jobs/"+j.ID.String()+"?wait=30s&until=end", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(h.name, h.password)
	got := make(chan answer, 1)
	go func() { got <- h.do(r) }()
	if _, err := asked.NextMsg(20 * time.Second); err != nil { // now it waits
		t.Fatal(err)
	}
	begin := time.Now()
	h.stop()
	if a := <-got; a.StatusCode != 200 || !strings.Contains(a.body, `"state":"ready"`) {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if d := time.Since(begin); d > 10*time.Second {
		t.Errorf("the end took %v", d)
	}
}
