package native

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/gateway/internal/follow"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func (d *door) eventRoutes() []rest.Route {
	events := rest.Raw("GET /events", who.Authenticated, rest.Doc{
		Title: "Follow what happens", Tags: []string{"events"}, Text: eventsText,
		Errors: []fault.Kind{fault.Missing, fault.Unavailable},
	}, d.events)
	events.Query = []string{"after", "job", "follow"}
	return []rest.Route{events}
}

const eventsText = "Server-sent events: each has the type of the event as its name, a cursor as its id, and a CloudEvent (1.0, JSON) as its data. " +
	"Callers see the events of their own things, operators all.\n\n" +
	"`?after=CURSOR` or the header `Last-Event-ID` begins behind a cursor (`0` is the beginning), otherwise it is now; " +
	"`?job=ID` gives those of one job; `?follow=false` gives what there is so far, from the beginning if no cursor is given, and ends.\n\n" +
	"At least once, in order. A cursor is the position in the journal; inside a group of events that were decided together it has a second part (`42.1`). " +
	"An event named `gap` says that events behind the cursor are not held any more; look at the things themselves then. " +
	"An event named `end` says why the stream ends here (`slow`, `closing`, `lost`, `unavailable`, `credentials`); come back with the last cursor, and with new credentials if they are over. " +
	"Comments come every 15 s."

func (d *door) events(w http.ResponseWriter, r *http.Request) error {
	q, err := d.eventQuery(r)
	if err != nil {
		return err
	}
	s := &stream{w: w, control: http.NewResponseController(w)}
	err = d.Events.Follow(r.Context(), q, s)
	over := context.Cause(r.Context())
	switch {
	case err == nil || errors.Is(err, errWrite) || errors.Is(over, context.Canceled):
		return nil
	case over != nil && s.begun: // with the credential
		s.end("credentials")
		return nil
	case s.begun:
		s.end(reason(err))
		return nil
	case errors.Is(err, follow.ErrClosed), errors.Is(err, follow.ErrLost):
		return fault.Wrap(err, fault.Unavailable, "events.unavailable", "Events cannot be followed now; try again shortly.").WithRetry(2 * time.Second)
	}
	return err
}

func reason(err error) string {
	switch {
	case errors.Is(err, follow.ErrSlow):
		return "slow"
	case errors.Is(err, follow.ErrClosed):
		return "closing"
	case errors.Is(err, follow.ErrLost):
		return "lost"
	}
	return "unavailable"
}

func (d *door) eventQuery(r *http.Request) (follow.Query, error) {
	caller := who.From(r.Context())
	q := follow.Query{Owner: caller.ID, All: caller.Operator()}
	values, err := url.ParseQuery(r.URL.RawQuery)
	bad := fault.New(fault.Invalid, "request.invalid", "The request is not acceptable.")
	if err != nil {
		bad = bad.WithField("query", "is not readable")
	}
	name, text := "after", values.Get("after")
	if v := r.Header.Get("Last-Event-ID"); v != "" {
		name, text = "Last-Event-ID", v
	}
	if text != "" {
		c, err := follow.ParseCursor(text)
		if err != nil {
			bad = bad.WithField(name, "%q is not a cursor", text)
		}
		q.After = &c
	}
	if v := values.Get("follow"); v != "" {
		on, err := strconv.ParseBool(v)
		if err != nil {
			bad = bad.WithField("follow", "is %q; it may be true or false", v)
		}
		q.Once = !on
	}
	if len(bad.Fields) > 0 {
		return q, bad
	}
	if q.Once && q.After == nil {
		q.After = &follow.Cursor{}
	}
	if job := values.Get("job"); job != "" {
		q.Topic, err = d.topic(r.Context(), job)
	}
	return q, err
}

// topic is where the events of a job are, if the caller may see it.
func (d *door) topic(ctx context.Context, job string) (string, error) {
	v, err := jobID(job)
	if err != nil {
		return "", err
	}
	j, err := d.Backend.Jobs.Get(ctx, jobsapi.GetRequest{ID: v})
	return jobsapi.Topic(j.Owner, j.ID), err
}
