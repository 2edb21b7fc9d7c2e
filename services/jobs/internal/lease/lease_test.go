package lease

import (
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/services/jobs/internal/app"
)

func names(t *testing.T, s *Store) []string {
	t.Helper()
	all, err := s.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range all {
		out = append(out, r.ID)
	}
	slices.Sort(out)
	return out
}

func TestLeasesEndByThemselvesUnlessRenewed(t *testing.T) {
	t.Parallel()
	srv := natstest.Start(t)
	const ttl = 500 * time.Millisecond
	a, err := Open(t.Context(), srv.Conn(t), ttl, 0)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Open(t.Context(), srv.Conn(t), ttl, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := names(t, a); len(got) != 0 {
		t.Errorf("at first: %v", got)
	}
	// A lease begins somewhere in its Put, so it lasts at least until ttl after
	// the beginning of that.
	put := func(name string) (until time.Time) {
		t.Helper()
		until = time.Now().Add(ttl)
		if _, err := a.Put(t.Context(), app.Runner{ID: name, Site: "here", Slots: 1}); err != nil {
			t.Fatal(err)
		}
		return until
	}
	gone := put("gone")
	tick := time.NewTicker(ttl / 10)
	defer tick.Stop()
	for renewals := 0; ; <-tick.C {
		stays := put("stays")
		got, seen := names(t, b), time.Now()
		if !slices.Contains(got, "stays") && seen.Before(stays) {
			t.Fatalf("the renewed lease is over: %v", got)
		}
		if !slices.Contains(got, "gone") && seen.Before(gone) {
			t.Fatalf("the lease was over %v early: %v", gone.Sub(seen), got)
		}
		if renewals++; renewals > 1 && slices.Equal(got, []string{"stays"}) {
			return
		}
	}
}

func TestALostBucketIsMadeAgain(t *testing.T) {
	t.Parallel()
	srv := natstest.Start(t)
	nc := srv.Conn(t)
	s, err := Open(t.Context(), nc, time.Minute, 0)
	if err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if err := js.DeleteKeyValue(t.Context(), Bucket); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), app.Runner{ID: "r1"}); err != nil {
		t.Fatal(err)
	}
	if got := names(t, s); !slices.Equal(got, []string{"r1"}) {
		t.Errorf("got %v", got)
	}
}
