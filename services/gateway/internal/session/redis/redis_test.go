package redis_test

import (
	"net"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/redistest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
	"github.com/heddle-dev/heddle/services/gateway/internal/session/redis"
	"github.com/heddle-dev/heddle/services/gateway/internal/session/sessiontest"
)

func open(t *testing.T, url string, now func() time.Time) *redis.Store {
	t.Helper()
	s, err := redis.Open(url, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestStore(t *testing.T) {
	t.Parallel()
	sessiontest.Run(t, func(t *testing.T, now func() time.Time) session.Store {
		addr, _ := redistest.Start(t)
		return open(t, "redis://"+addr, now)
	})
}

// A gateway that starts again finds the sessions of the one before.
func TestSessionsSurviveARestart(t *testing.T) {
	t.Parallel()
	addr, _ := redistest.Start(t)
	id, err := open(t, "redis://"+addr, time.Now).Create(t.Context(), authapi.Resolved{Principal: who.Principal{ID: "u1"}}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := open(t, "redis://"+addr, time.Now).Get(t.Context(), id); err != nil || s.Principal.ID != "u1" {
		t.Errorf("%+v, %v", s, err)
	}
}

// Whoever reads the database finds nothing to act with, and the database
// forgets by itself.
func TestWhatIsKept(t *testing.T) {
	t.Parallel()
	addr, control := redistest.Start(t)
	db := goredis.NewClient(&goredis.Options{Addr: addr})
	t.Cleanup(func() { _ = db.Close() })
	s := open(t, "redis://"+addr, time.Now)
	id, err := s.Create(t.Context(), authapi.Resolved{Principal: who.Principal{ID: "u1"}}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	keys := db.Keys(t.Context(), "*").Val()
	if len(keys) != 1 || strings.Contains(keys[0], id) {
		t.Fatalf("kept under %v", keys)
	}
	if value := db.Get(t.Context(), keys[0]).Val(); strings.Contains(value, id) || !strings.Contains(value, "u1") {
		t.Errorf("kept: %s", value)
	}
	control.Pass(time.Hour)
	if n := db.DBSize(t.Context()).Val(); n > 0 {
		t.Errorf("after its end %d keys are still there", n)
	}
}

func TestRedisGoneIsSaidSoonAndHeals(t *testing.T) {
	t.Parallel()
	addr, control := redistest.Start(t)
	s := open(t, "redis://"+addr, time.Now)
	id, err := s.Create(t.Context(), authapi.Resolved{Principal: who.Principal{ID: "u1"}}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	control.Stop()
	for what, call := range map[string]func() error{
		"get":    func() error { _, err := s.Get(t.Context(), id); return err },
		"create": func() error { _, err := s.Create(t.Context(), authapi.Resolved{}, time.Hour); return err },
		"delete": func() error { return s.Delete(t.Context(), id) },
		"ping":   func() error { return s.Ping(t.Context()) },
	} {
		begin := time.Now()
		err := call()
		if f := fault.From(err); f == nil || f.Kind != fault.Unavailable || f.RetryAfter <= 0 {
			t.Errorf("%s: %v", what, err)
		}
		if d := time.Since(begin); d > 4*time.Second {
			t.Errorf("%s took %v to say so", what, d)
		}
	}
	control.Resume()
	for deadline := time.Now().Add(10 * time.Second); ; {
		_, err := s.Get(t.Context(), id)
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
	s := open(t, "redis://"+l.Addr().String(), time.Now)
	begin := time.Now()
	if _, err := s.Get(t.Context(), "x"); !fault.Is(err, fault.Unavailable) {
		t.Error(err)
	}
	if d := time.Since(begin); d > 4*time.Second {
		t.Errorf("it took %v to say so", d)
	}
}

func TestBadURLsKeepTheirPasswords(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"redis://u:secret@host:port", "http://u:secret@host", "", "redis://u:secret@host/not-a-number"} {
		if _, err := redis.Open(url, time.Now); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", url, err)
		}
	}
}
