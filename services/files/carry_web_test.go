package files_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/outbound"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

// TestCarryOverTheWeb brings a file from a server outside, and sends it back.
func TestCarryOverTheWeb(t *testing.T) {
	t.Parallel()
	var kept atomic.Value
	inside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "inside") }))
	t.Cleanup(inside.Close)
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/inside":
			http.Redirect(w, r, inside.URL, http.StatusFound)
		case r.Header.Get("Authorization") != "Bearer opens":
			w.WriteHeader(http.StatusForbidden)
		case r.Method == http.MethodPut:
			b, _ := io.ReadAll(r.Body)
			kept.Store(string(b))
		default:
			_, _ = io.WriteString(w, "from outside")
		}
	}))
	t.Cleanup(outside.Close)
	s := startWith(t, 1, func(c *files.Config) {
		c.Outbound = outbound.Config{Allow: []string{outside.Listener.Addr().String()}}
	})
	const job = id.ID(5)
	dir := s.submit(t, "alice", job)
	carrier := filesapi.NewCarrier(s.client, nil)
	carry := func(c filesapi.Carry) error {
		c.Path, c.As = at(dir, "f"), "alice"
		return carrier.Carry(who.With(t.Context(), who.Component("jobs")), c, func(filesapi.Carried) {})
	}
	must(t, carry(filesapi.Carry{URL: outside.URL + "/f", Authorization: "Bearer opens"}))
	s.holds(t, job, "f", "from outside")
	must(t, carry(filesapi.Carry{URL: outside.URL + "/f", Authorization: "Bearer opens", Out: true}))
	if kept.Load() != "from outside" {
		t.Errorf("sent %v", kept.Load())
	}
	for url, says := range map[string]string{
		outside.URL + "/f?secret":                           ": answered 403 Forbidden",
		inside.URL + "/f?secret":                            "HEDDLE_OUTBOUND_ALLOW",
		outside.URL + "/inside?secret":                      "HEDDLE_OUTBOUND_ALLOW", // though it is redirected there
		"file:/etc/passwd":                                  "HEDDLE_CARRY_ROOTS",
		"link:/etc/passwd":                                  "HEDDLE_CARRY_ROOTS",
		strings.Replace(outside.URL, "http", "ftp", 1):      "offered are",
		"http://localhost:1/rest/core/storages/home/files/": "HEDDLE_OUTBOUND_ALLOW",
	} {
		err := carry(filesapi.Carry{URL: url})
		if f := fault.From(err); f == nil || !strings.Contains(f.Message, says) || strings.Contains(f.Message, "secret") {
			t.Errorf("%s: %v", url, err)
		}
	}
	s.holds(t, job, "f", "from outside")
}

// TestRootsAreApart: what is open to all users and what is not have nothing in
// common.
func TestRootsAreApart(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(base, "data/files"), 0o700))
	must(t, os.Mkdir(filepath.Join(base, "open"), 0o700))
	must(t, os.Symlink(filepath.Join(base, "data"), filepath.Join(base, "link")))
	for root, well := range map[string]bool{
		base + "/open": true, base + "/data-of-others": true, "open": false, "/": false, base: false, base + "/data": false,
		base + "/data/files/homes": false, base + "/link": false, base + "/data/files/../../data": false,
	} {
		for _, c := range []files.CarryConfig{{Roots: []string{root}}, {WritableRoots: []string{root}}} {
			err := files.Config{DataDir: filepath.Join(base, "data"), Carry: c}.Validate()
			if (err == nil) != well || err != nil && !strings.Contains(err.Error(), "carry-roots") {
				t.Errorf("%s: %v", root, err)
			}
		}
	}
}

// TestCarrySurvivesItsReplica: a replica that stops in the middle of a file
// leaves nothing of it behind, says at once that it may be tried again, and the
// next one brings it.
func TestCarrySurvivesItsReplica(t *testing.T) {
	t.Parallel()
	half, held := make(chan struct{}), atomic.Bool{}
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "one half")
		_ = http.NewResponseController(w).Flush()
		if held.CompareAndSwap(false, true) {
			close(half)
			<-r.Context().Done()
			return
		}
		_, _ = io.WriteString(w, " and the other")
	}))
	t.Cleanup(outside.Close)
	s := startWith(t, 0, func(c *files.Config) { c.Outbound = outbound.Config{Allow: []string{"127.0.0.1"}} })
	stop := s.replica(t)
	const job = id.ID(6)
	dir := s.submit(t, "alice", job)
	carrier := filesapi.NewCarrier(s.client, nil)
	what := filesapi.Carry{Path: at(dir, "f"), URL: outside.URL + "/f", As: "alice"}
	failed := make(chan error)
	ctx := who.With(t.Context(), who.Component("jobs"))
	go func() { failed <- carrier.Carry(ctx, what, func(filesapi.Carried) {}) }()
	<-half
	stop()
	if err := <-failed; !fault.Is(err, fault.Unavailable) || fault.From(err).RetryAfter <= 0 {
		t.Errorf("the replica stopped: %v", err)
	}
	if names, err := os.ReadDir(filepath.Join(s.base, "jobs", job.String())); err != nil || len(names) != 0 {
		t.Errorf("left behind: %v, %v", names, err)
	}
	s.replica(t)
	must(t, carrier.Carry(ctx, what, func(filesapi.Carried) {}))
	s.holds(t, job, "f", "one half and the other")
}

// TestCarriesTellNoSecret: what opens a URL is in no log and no error, however
// the carry ends, and whatever the server makes of it.
func TestCarriesTellNoSecret(t *testing.T) {
	t.Parallel()
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		told := r.Header.Get("Authorization") + r.URL.RawQuery
		switch r.URL.Path {
		case "/redirect":
			w.Header().Set("Location", "http://["+told)
			w.WriteHeader(http.StatusFound)
		case "/elsewhere":
			http.Redirect(w, r, "http://127.0.0.2/?"+r.URL.RawQuery, http.StatusFound)
		case "/nonsense":
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, "HTTP/1.1 "+told+"\r\n\r\n")
				conn.Close()
			}
		default:
			http.Error(w, told, http.StatusTeapot)
		}
	}))
	t.Cleanup(outside.Close)
	s := startWith(t, 0, func(c *files.Config) {
		c.Outbound = outbound.Config{Allow: []string{outside.Listener.Addr().String()}}
	})
	var log locked
	s.log = logx.New(&log, "json", slog.LevelDebug)
	s.replica(t)
	s.home(t, "alice", "f", "x")
	carrier := filesapi.NewCarrier(s.client, nil)
	host := strings.TrimPrefix(outside.URL, "http://")
	for _, path := range []string{"/redirect", "/elsewhere", "/nonsense", "/teapot", "/S/rest/core/storages/X/files/f"} {
		for _, send := range []bool{true, false} {
			if send && path == "/nonsense" {
				continue // which is tried again, like the other way
			}
			err := carrier.Carry(as(t, "alice"), filesapi.Carry{
				Path: at(filesapi.Home, "f"), URL: "http://canary:canary@" + host + path + "?key=canary#canary", Out: send, Authorization: "Bearer canary",
			}, func(filesapi.Carried) {})
			if err == nil || strings.Contains(err.Error(), "canary") || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
	if text := log.String(); strings.Contains(text, "canary") || !strings.Contains(text, "data.carry") {
		t.Errorf("the log: %s", text)
	}
}

// locked is a buffer that several may write to.
type locked struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
