package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esnats"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// seed puts the lives of n jobs into the journal, each in one commit. One of
// a thousand still waits, and one of ten has failed.
func seed(ctx context.Context, nc *nats.Conn, n int) error {
	if _, err := esnats.Open(ctx, nc, esnats.Config{Stream: jobsapi.Stream, Subject: jobsapi.EventsAll}); err != nil {
		return err
	}
	js, err := jetstream.New(nc, jetstream.WithPublishAsyncMaxPending(2000), jetstream.WithPublishAsyncTimeout(time.Minute))
	if err != nil {
		return err
	}
	start := time.Now()
	var futures []jetstream.PubAckFuture
	for i := range n {
		m, err := seededJob(i)
		if err != nil {
			return err
		}
		f, err := js.PublishMsgAsync(m)
		if err != nil {
			return err
		}
		if futures = append(futures, f); len(futures) == 2000 || i == n-1 {
			if err := stored(ctx, futures); err != nil {
				return err
			}
			futures = futures[:0]
		}
	}
	fmt.Printf("%d jobs seeded in %.0f s\n", n, time.Since(start).Seconds())
	return nil
}

func stored(ctx context.Context, all []jetstream.PubAckFuture) error {
	for _, f := range all {
		select {
		case <-f.Ok():
		case err := <-f.Err():
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// seededJob is the life of one job as the journal holds it.
func seededJob(i int) (*nats.Msg, error) {
	n, owner, at := seededID(i), seededOwner(i), seeded.Add(time.Duration(i)*time.Millisecond)
	site := "s" + strconv.Itoa(i%5)
	life := []struct {
		event string
		data  object
	}{
		{jobsapi.EventSubmitted, object{"id": n.String(), "owner": owner, "owner_name": owner, "group": "users", "expires": at.Add(30 * 24 * time.Hour),
			"spec": object{"name": "n" + strconv.Itoa(i%5000), "executable": "/bin/echo", "arguments": []string{"hello"}, "site": site, "tags": []string{"t" + strconv.Itoa(i%300)}}}},
		{"jobs.job.ready.v1", object{}}, {"jobs.job.queued.v1", object{}},
		{jobsapi.EventMatched, object{"runner": "r", "site": site, "epoch": 1}}, {jobsapi.EventStarted, object{"epoch": 1}},
		{"jobs.job.exited.v1", object{"epoch": 1, "code": 0, "evidence": "wait"}}, {jobsapi.EventSucceeded, object{}},
	}
	switch {
	case i%1000 == 0:
		life = life[:3]
	case i%10 == 0:
		life[6].event, life[6].data = jobsapi.EventFailed, object{"reason": "The program said no."}
	}
	c := es.Commit{Command: "seed-" + strconv.Itoa(i)}
	for k, e := range life {
		data, err := json.Marshal(e.data)
		if err != nil {
			return nil, err
		}
		c.Events = append(c.Events, es.Event{ID: c.Command + "." + strconv.Itoa(k), Type: e.event, Source: jobsapi.Source,
			Subject: jobsapi.Subject(n), Time: at, Actor: owner, Data: data})
	}
	header, body, err := es.Encode(c)
	return &nats.Msg{Subject: jobsapi.Topic(owner, n), Header: header, Data: body}, err
}
