package data

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/disk"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
	"github.com/heddle-dev/heddle/services/files/internal/ticket"
)

const maxUpload = 1 << 30

var (
	key    = storage.Key{Kind: storage.Homes, Name: "alice"}
	secret = make([]byte, ticket.KeySize)
)

// site is a door, and the directory behind it.
type site struct {
	url    string
	dir    string
	disk   *storage.Disk
	signer *ticket.Signer
}

func start(t *testing.T) *site {
	t.Helper()
	base := t.TempDir()
	d, err := storage.NewDisk(base, filepath.Join(base, "jobs"))
	must(t, err)
	tree, err := d.Open(key, true)
	must(t, err)
	must(t, tree.Close())
	s := &site{dir: filepath.Join(base, "homes", "alice"), disk: d, signer: ticket.NewSigner(secret)}
	s.url = s.replica(t)
	return s
}

// replica starts another door to the same directory.
func (s *site) replica(t *testing.T) string {
	srv := httptest.NewServer(New(Config{
		Disk: s.disk, Gate: newGate(), Signer: s.signer, MaxUpload: maxUpload,
		Bounds: storage.Bounds{Files: 100, Bytes: 1 << 20}, Idle: 10 * time.Second, Now: time.Now, Log: logx.Discard(),
	}))
	t.Cleanup(srv.Close)
	return srv.URL + Path
}

func (s *site) write(t *testing.T, name, content string) {
	t.Helper()
	must(t, os.WriteFile(filepath.Join(s.dir, name), []byte(content), 0o600))
}

func (s *site) token(purpose, path string, patterns ...string) string {
	token, _ := s.signer.Sign(ticket.Leave{
		Tree: key, Path: path, For: purpose, Patterns: patterns, User: "alice", Expires: time.Now().Add(ticket.Life),
	})
	return token
}

// do sends a request; headers are name, value, name, value.
func do(t *testing.T, method, url, token string, body io.Reader, headers ...string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	must(t, err)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	req.Header.Set("Accept-Encoding", "identity")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	t.Cleanup(func() { res.Body.Close() })
	return res
}

func text(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	must(t, err)
	return string(b)
}

// faultOf reads a refusal, and checks that its marks agree.
func faultOf(t *testing.T, res *http.Response) *fault.Error {
	t.Helper()
	f := new(fault.Error)
	must(t, json.NewDecoder(res.Body).Decode(f))
	if got := res.Header.Get(filesapi.HeaderFault); got != string(f.Kind) || res.Header.Get("Content-Type") != "application/json" {
		t.Errorf("fault %+v is marked %q, %q", f, got, res.Header.Get("Content-Type"))
	}
	return f
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestTicketsAreNeeded(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.write(t, "f", "content")
	old, err := s.signer.Sign(ticket.Leave{Tree: key, Path: "f", For: filesapi.Read, Expires: time.Now().Add(-time.Second)})
	must(t, err)
	forged, err := ticket.NewSigner([]byte("another key")).Sign(ticket.Leave{Tree: key, Path: "f", For: filesapi.Read, Expires: time.Now().Add(time.Hour)})
	must(t, err)
	for name, c := range map[string]struct {
		method, token string
		status        int
		code          string
	}{
		"none":            {"GET", "", 401, "ticket.absent"},
		"nonsense":        {"GET", "nonsense", 401, "ticket.invalid"},
		"forged":          {"GET", forged, 401, "ticket.invalid"},
		"expired":         {"GET", old, 401, "ticket.expired"},
		"unknown purpose": {"GET", s.token("dance", "f"), 401, "ticket.invalid"},
		"read to write":   {"PUT", s.token(filesapi.Read, "f"), 405, "ticket.method"},
		"write to read":   {"GET", s.token(filesapi.Write, "f"), 405, "ticket.method"},
		"delete":          {"DELETE", s.token(filesapi.Read, "f"), 405, "ticket.method"},
	} {
		res := do(t, c.method, s.url, c.token, strings.NewReader("x"))
		if f := faultOf(t, res); res.StatusCode != c.status || f.Code != c.code {
			t.Errorf("%s: %d %s", name, res.StatusCode, f.Code)
		}
	}
	if b, _ := os.ReadFile(filepath.Join(s.dir, "f")); string(b) != "content" {
		t.Errorf("the file is now %q", b)
	}
}

func TestTreeThatIsGoneStaysGone(t *testing.T) {
	t.Parallel()
	s := start(t)
	must(t, s.disk.Destroy(key))
	for purpose, method := range map[string]string{filesapi.Read: "GET", filesapi.Write: "PUT", filesapi.Archive: "GET"} {
		res := do(t, method, s.url, s.token(purpose, "a/b"), http.NoBody)
		if f := faultOf(t, res); res.StatusCode != 404 || f.Code != "storage.unknown" {
			t.Errorf("%s: %d %+v", purpose, res.StatusCode, f)
		}
	}
	if _, err := os.Stat(s.dir); !os.IsNotExist(err) {
		t.Errorf("the directory is back: %v", err)
	}
}

func TestTwoReplicas(t *testing.T) {
	t.Parallel()
	s := start(t)
	other := s.replica(t)
	if res := do(t, "PUT", s.url, s.token(filesapi.Write, "x/y"), strings.NewReader("shared")); res.StatusCode != 200 {
		t.Fatalf("put: %s", res.Status)
	}
	if got := text(t, do(t, "GET", other, s.token(filesapi.Read, "x/y"), nil)); got != "shared" {
		t.Errorf("the other replica has %q", got)
	}
}

func newGate() *disk.Gate { return disk.NewGate(16, 10*time.Second) }
