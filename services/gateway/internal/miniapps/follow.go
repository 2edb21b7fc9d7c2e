package miniapps

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/pause"
)

// sweepEvery is how often leases are looked at that were not renewed.
const sweepEvery = 250 * time.Millisecond

// follow keeps the table of living programs until ctx ends.
func (s *Service) follow(ctx context.Context) error {
	again := s.NATS.StatusChanged(nats.CONNECTED)
	defer s.NATS.RemoveStatusListener(again)
	defer s.table.close()
	for ctx.Err() == nil {
		if err := s.watch(ctx, again); err != nil && ctx.Err() == nil {
			s.Log.Debug("the leases of programs cannot be followed; will try again", "err", err)
			s.leases.lost()
			_ = pause.For(ctx, sweepEvery) // ctx ends the loop
			s.sweep()
		}
	}
	return nil
}

// watch follows the bucket until it is lost or NATS was away.
func (s *Service) watch(ctx context.Context, again <-chan nats.Status) error {
	kv, err := s.leases.bucket(ctx)
	if err != nil {
		return err
	}
	w, err := kv.Watch(ctx, instances+"*")
	if err != nil {
		return err
	}
	defer func() { _ = w.Stop() }()
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case e, open := <-w.Updates():
			if !open {
				return jetstream.ErrBucketNotFound
			}
			s.heard(e)
		case <-tick.C:
			s.sweep()
		case <-again:
			s.leases.lost() // a NATS that was started anew knows no bucket
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// heard takes one change of the bucket in; nil is the end of what there was.
func (s *Service) heard(e jetstream.KeyValueEntry) {
	if e == nil {
		s.once.Do(func() { close(s.ready) })
		return
	}
	id := strings.TrimPrefix(e.Key(), instances)
	if e.Operation() != jetstream.KeyValuePut {
		s.change(func() bool { return s.table.drop(id) })
		return
	}
	var got entry
	if err := json.Unmarshal(e.Value(), &got); err != nil || got.Instance != id {
		s.Log.Warn("a lease is not readable", "instance", id)
		return
	}
	for _, a := range got.Apps { // a replica of another version may have other doors
		if s.free(a.Root, got.Owner) != nil {
			return
		}
	}
	s.change(func() bool { return s.table.put(got, s.Now()) })
}

// sweep ends the leases that were not renewed. While NATS is away nobody can
// renew, so nobody is forgotten.
func (s *Service) sweep() {
	if !s.NATS.IsConnected() {
		s.table.spare(s.Now())
		return
	}
	s.change(func() bool { return s.table.expire(s.Now()) })
}

// change makes a change of the table what is served.
func (s *Service) change(make func() (changed bool)) {
	s.served.make(func() bool {
		changed := make()
		if changed {
			s.serve()
		}
		return changed
	})
}
