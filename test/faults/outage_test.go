//go:build faults

package faults

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

func text(v any) string { b, _ := json.Marshal(v); return string(b) }

// TestAnyOrder starts the parts in orders drawn by chance, with nothing
// between them; they wait for each other.
func TestAnyOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(seed, 2))
	for range 4 {
		order := stage.Parts()
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		s, err := stage.NewSplit(bin, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if err := s.StartAll(order, time.Minute); err != nil {
			s.Stop()
			t.Fatalf("%v: %v", order, err)
		}
		c := patient(t, s.Gateway(1))
		id := c.submit(t, "any-order", object{"executable": "/bin/true"})
		if j := c.ended(t, id); j.State != "succeeded" {
			t.Errorf("%v: job %s: %s", order, j.State, j.Reason)
		}
		s.Stop()
	}
}

// TestStartWithoutNATS: what needs NATS waits for it, and the gateway says so
// meanwhile.
func TestStartWithoutNATS(t *testing.T) {
	s, err := stage.NewSplit(bin, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	rest := slices.DeleteFunc(stage.Parts(), func(p string) bool { return p == "nats" })
	for _, p := range rest {
		if err := s.Start(p); err != nil {
			t.Fatal(err)
		}
	}
	c := stage.NewClient(s.Gateway(1), 1)
	eventually(t, "the gateway answers 503 while there is no NATS", func() bool {
		_, err := c.Do(t.Context(), "GET", "/api/v1/jobs", nil, nil, "Authorization: Basic ZGVtb3VzZXI6dGVzdDEyMw==")
		return unavailable(err)
	})
	if err := s.Start("nats"); err != nil {
		t.Fatal(err)
	}
	for _, p := range rest {
		if err := s.Ready(p, time.Minute); err != nil {
			t.Error(err)
		}
	}
}

// TestOutages takes NATS and Redis away, by stopping the process dead (a
// connection that is open and silent) and by killing it, and gives them back.
func TestOutages(t *testing.T) {
	s := split(t)
	c := patient(t, s.Gateway(1))
	session := unicoreSession(t, s.Gateway(1))
	withSession := []string{"X-UNICORE-SecuritySession: " + session}
	for _, tt := range []struct {
		part, path string
		headers    []string
	}{
		{"nats", "/api/v1/jobs", nil},
		{"redis", "/DEMO-SITE/rest/core", withSession},
	} {
		for _, away := range []struct {
			name      string
			out, back func() error
		}{
			{"paused", func() error { return s.Part(tt.part).Signal(syscall.SIGSTOP) }, func() error { return s.Part(tt.part).Signal(syscall.SIGCONT) }},
			{"killed", func() error { s.Part(tt.part).Kill(); return nil }, func() error { return s.Start(tt.part) }},
		} {
			t.Run(tt.part+"/"+away.name, func(t *testing.T) {
				if err := away.out(); err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				eventually(t, "503 with Retry-After", func() bool {
					_, err := c.Do(t.Context(), "GET", tt.path, nil, nil, tt.headers...)
					return unavailable(err)
				})
				if took := time.Since(start); took > 10*time.Second {
					t.Errorf("it took %v to say so", took)
				}
				if err := away.back(); err != nil {
					t.Fatal(err)
				}
				eventually(t, "all is well again", func() bool {
					_, err := c.Do(t.Context(), "GET", tt.path, nil, nil, tt.headers...)
					return err == nil
				})
			})
		}
	}
	id := c.submit(t, "after-the-outages", object{"executable": "/bin/true"})
	if j := c.ended(t, id); j.State != "succeeded" {
		t.Errorf("job %s: %s", j.State, j.Reason)
	}
}

func unicoreSession(t *testing.T, url string) string {
	t.Helper()
	h, err := stage.NewClient(url, 1).Do(t.Context(), "GET", "/DEMO-SITE/rest/core", nil, nil, "Authorization: Basic ZGVtb3VzZXI6dGVzdDEyMw==")
	if err != nil || h.Get("X-UNICORE-SecuritySession") == "" {
		t.Fatalf("no session: %v %v", err, h)
	}
	return h.Get("X-UNICORE-SecuritySession")
}

func unavailable(err error) bool {
	var se *stage.StatusError
	return errors.As(err, &se) && se.Status == 503 && se.Header.Get("Retry-After") != ""
}

// eventually gives a condition forty seconds.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	defer cancel()
	for !ok() {
		select {
		case <-ctx.Done():
			t.Fatalf("never: %s", what)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// TestReadYourWrites: what one gateway acknowledged, the other shows, by id
// and in the list, at once and always.
func TestReadYourWrites(t *testing.T) {
	s := split(t)
	a, b := patient(t, s.Gateway(1)), patient(t, s.Gateway(2))
	misses := 0
	for range 1000 {
		var j job
		if _, err := a.Do(t.Context(), "POST", "/api/v1/jobs", object{"executable": "/bin/true", "site": "NOWHERE"}, &j); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Do(t.Context(), "GET", "/api/v1/jobs/"+j.ID, nil, nil); err != nil {
			misses++
		}
		var page struct {
			Jobs []job `json:"jobs"`
		}
		if _, err := b.Do(t.Context(), "GET", "/api/v1/jobs?limit=1", nil, &page); err != nil || len(page.Jobs) == 0 || page.Jobs[0].ID != j.ID {
			misses++
		}
	}
	if misses > 0 {
		t.Errorf("%d misses in 1,000 submits", misses)
	}
}
