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
	if err := a.Put(t.Context(), app.Runner{ID: "gone", Site: "here", Slots: 2}); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(ttl / 10)
	defer tick.Stop()
	for put := time.Now(); ; <-tick.C {
		if err := a.Put(t.Context(), app.Runner{ID: "stays", Site: "here", Slots: 1}); err != nil {
			t.Fatal(err)
		}
		got := names(t, b)
		if !slices.Contains(got, "stays") {
			t.Fatalf("the renewed lease is over: %v", got)
		}
		if !slices.Contains(got, "gone") {
			if lasted := time.Since(put); lasted < ttl {
				t.Errorf("the lease lasted only %v", lasted)
			}
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
	if err := s.Put(t.Context(), app.Runner{ID: "r1"}); err != nil {
		t.Fatal(err)
	}
	if got := names(t, s); !slices.Equal(got, []string{"r1"}) {
		t.Errorf("got %v", got)
	}
}
