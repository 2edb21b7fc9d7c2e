package native_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/follow"
	"github.com/heddle-dev/heddle/services/gateway/internal/native"
)

// story is a hub that tells one story to everybody.
type story func(follow.Query, follow.Sink) error

func (s story) Follow(_ context.Context, q follow.Query, sink follow.Sink) error { return s(q, sink) }

// caller is whose request every request is.
type caller who.Principal

func (c caller) Prove(edge.Door, *http.Request) (edge.Proven, error) {
	return edge.Proven{Principal: who.Principal(c)}, nil
}

// hear opens the event stream at a door whose hub tells the story.
func hear(t *testing.T, p who.Principal, target string, s story) *httptest.ResponseRecorder {
	t.Helper()
	server, err := rest.NewServer(logx.Discard(), native.Container(native.Deps{
		Events: s,
		Prover: caller(p),
		URLs:   func(*http.Request) string { return "http://x" },
	}))
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	server.ServeHTTP(w, httptest.NewRequest("GET", "/api/v1/events"+target, nil))
	return w
}

var stamp = regexp.MustCompile(`(?m)^: .*$`)

func TestStreamOnTheWire(t *testing.T) {
	t.Parallel()
	e := es.Event{ID: "c1.0", Type: "jobs.job.queued.v1", Source: "/jobs", Subject: "job/x", Actor: "u1",
		Time: time.Unix(0, 0).UTC(), Data: json.RawMessage(`{"text":"<a>"}`)}
	w := hear(t, who.Principal{ID: "u1"}, "?after=3", func(q follow.Query, s follow.Sink) error {
		if q.Owner != "u1" || q.All || q.Once || *q.After != (follow.Cursor{Seq: 3}) {
			t.Errorf("%+v", q)
		}
		return errors.Join(s.Event(follow.Cursor{Seq: 4, Part: 1}, e), s.Gap(follow.Cursor{Seq: 9}), s.Pause(follow.Cursor{Seq: 9}),
			s.Pause(follow.Cursor{Seq: 9}), s.Pause(follow.Cursor{Seq: 12}), follow.ErrSlow)
	})
	want := "retry: 2000\n\n" +
		"id: 4.1\nevent: jobs.job.queued.v1\ndata: " + `{"specversion":"1.0","id":"c1.0","source":"/jobs","type":"jobs.job.queued.v1",` +
		`"subject":"job/x","time":"1970-01-01T00:00:00Z","datacontenttype":"application/json","actor":"u1","cursor":"4.1","data":{"text":"<a>"}}` + "\n\n" +
		"id: 9\nevent: gap\ndata: " + `{"cursor":"9","detail":"The journal does not hold all events behind the cursor that was asked for. Look at the things themselves, and go on from here."}` + "\n\n" +
		": now\nid: 9\n\n: now\nid: 12\n\n" +
		"id: 12\nevent: end\ndata: {\"reason\":\"slow\"}\n\n"
	if got := stamp.ReplaceAllString(w.Body.String(), ": now"); got != want || w.Header().Get("Content-Type") != "text/event-stream" {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestStreamThatCannotBeginIsAProblem(t *testing.T) {
	t.Parallel()
	for _, why := range []error{follow.ErrClosed, follow.ErrLost} {
		w := hear(t, who.Principal{ID: "u1"}, "", func(follow.Query, follow.Sink) error { return why })
		if w.Code != 503 || w.Header().Get("Retry-After") == "" || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%v: %d %v", why, w.Code, w.Header())
		}
	}
}

func TestWhoFollowsWhat(t *testing.T) {
	t.Parallel()
	operator := who.Principal{ID: "u2", Roles: []string{who.RoleOperator}}
	hear(t, operator, "?follow=false", func(q follow.Query, _ follow.Sink) error {
		if !q.All || !q.Once || q.After == nil || *q.After != (follow.Cursor{}) {
			t.Errorf("an operator, from the beginning to the present: %+v", q)
		}
		return nil
	})
	w := hear(t, who.Principal{}, "", func(follow.Query, follow.Sink) error {
		t.Error("nobody may follow")
		return nil
	})
	if w.Code != 401 {
		t.Errorf("nobody: %d", w.Code)
	}
}
