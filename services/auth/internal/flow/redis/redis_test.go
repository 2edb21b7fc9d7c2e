package redis_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/redistest"
	"github.com/heddle-dev/heddle/services/auth/internal/flow"
	"github.com/heddle-dev/heddle/services/auth/internal/flow/flowtest"
	"github.com/heddle-dev/heddle/services/auth/internal/flow/redis"
)

func open(t *testing.T, url string) *redis.Store {
	t.Helper()
	s, err := redis.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func database(t *testing.T, addr string) *goredis.Client {
	t.Helper()
	db := goredis.NewClient(&goredis.Options{Addr: addr})
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestStore(t *testing.T) {
	t.Parallel()
	flowtest.Run(t, func(t *testing.T) (flow.Store, flowtest.Pass) {
		addr, control := redistest.Start(t)
		return open(t, "redis://"+addr), control.Pass
	})
}

// Whoever reads the database finds no name, and everything in it has an end.
func TestWhatIsKept(t *testing.T) {
	t.Parallel()
	addr, control := redistest.Start(t)
	db, s, ctx := database(t, addr), open(t, "redis://"+addr), t.Context()
	if err := s.Add(ctx, flow.Code, "the-code", []byte("v"), time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Count(ctx, flow.Failures, "the-name", 1, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Count(ctx, flow.Failures, "other", 1, time.Hour); err != nil {
		t.Fatal(err)
	}
	for _, k := range db.Keys(ctx, "*").Val() {
		if !strings.HasPrefix(k, "heddle:auth:") || strings.Contains(k, "the-") {
			t.Errorf("kept under %s", k)
		}
	}
	control.Pass(time.Hour)
	if n := db.DBSize(ctx).Val(); n > 0 {
		t.Errorf("after their end %d keys are still there", n)
	}
}

// A number that has lost its end, as when it ended between two commands, gets
// one at the next count.
func TestANumberWithoutEndGetsOne(t *testing.T) {
	t.Parallel()
	addr, _ := redistest.Start(t)
	db, s, ctx := database(t, addr), open(t, "redis://"+addr), t.Context()
	if _, err := s.Count(ctx, flow.Failures, "n", 1, time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := db.Persist(ctx, db.Keys(ctx, "*").Val()[0]).Err(); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Count(ctx, flow.Failures, "n", 1, time.Hour); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	if left, err := s.Left(ctx, flow.Failures, "n"); err != nil || left <= 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func calls(ctx context.Context, s *redis.Store) map[string]func() error {
	return map[string]func() error{
		"add":   func() error { return s.Add(ctx, flow.Code, "n", nil, time.Hour) },
		"get":   func() error { _, err := s.Get(ctx, flow.Code, "n"); return err },
		"take":  func() error { _, err := s.Take(ctx, flow.Code, "n"); return err },
		"drop":  func() error { return s.Drop(ctx, flow.Code, "n") },
		"count": func() error { _, err := s.Count(ctx, flow.Failures, "n", 1, time.Hour); return err },
		"left":  func() error { _, err := s.Left(ctx, flow.Code, "n"); return err },
		"ping":  func() error { return s.Ping(ctx) },
	}
}

func TestRedisGoneIsSaidSoonAndHeals(t *testing.T) {
	t.Parallel()
	addr, control := redistest.Start(t)
	s := open(t, "redis://"+addr)
	if err := s.Add(t.Context(), flow.Request, "kept", []byte("v"), time.Hour); err != nil {
		t.Fatal(err)
	}
	control.Stop()
	for what, call := range calls(t.Context(), s) {
		said(t, what, call)
	}
	control.Resume()
	for deadline := time.Now().Add(10 * time.Second); ; {
		_, err := s.Get(t.Context(), flow.Request, "kept")
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("10 s after Redis is back: %v", err)
		}
	}
}

// A Redis that takes connections and says nothing is as good as gone.
func TestRedisHangingIsSaidSoon(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s := open(t, "redis://"+l.Addr().String())
	said(t, "take", calls(t.Context(), s)["take"])
	said(t, "count", calls(t.Context(), s)["count"])
}

func said(t *testing.T, what string, call func() error) {
	t.Helper()
	begin := time.Now()
	err := call()
	if f := fault.From(err); f == nil || f.Kind != fault.Unavailable || f.Code != "flow.store_down" || f.RetryAfter <= 0 {
		t.Errorf("%s: %v", what, err)
	}
	if d := time.Since(begin); d > 4*time.Second {
		t.Errorf("%s took %v to say so", what, d)
	}
}

func TestBadURLsKeepTheirPasswords(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"redis://u:secret@host:port", "http://u:secret@host", "", "redis://u:secret@host/not-a-number"} {
		if _, err := redis.Open(url); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", url, err)
		}
	}
}
