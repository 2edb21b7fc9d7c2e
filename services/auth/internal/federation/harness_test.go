package federation_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/internal/federation"
	"github.com/heddle-dev/heddle/services/auth/internal/federation/federationtest"
)

// clock is a time that the test sets.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newClock() *clock { return &clock{time.Unix(1_800_000_000, 0)} }

// house is one provider and what knows it.
type house struct {
	*federationtest.Provider
	*federation.Providers
	clock *clock
}

// entry is a provider as the configuration has it; more are further lines.
func entry(name, issuer string, more ...string) string {
	return strings.Join(append([]string{"- name: " + name, "issuer: " + issuer, "client_id: " + federationtest.Client,
		"client_secret_file: secret"}, more...), "\n  ") + "\n"
}

// write puts a configuration and the client's secret into a directory.
func write(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "federation.yaml")
	for name, content := range map[string]string{path: text, filepath.Join(dir, "secret"): federationtest.Secret + "\n"} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func open(t *testing.T, c *clock, text string) *federation.Providers {
	t.Helper()
	list, err := federation.Load(write(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return federation.New(list, federation.Options{Issuer: "http://heddle.test", Now: c.now})
}

func start(t *testing.T, more ...string) house {
	t.Helper()
	c := newClock()
	p := federationtest.Start(t, c.now)
	return house{p, open(t, c, entry("uni", p.Issuer(), more...)), c}
}

// signIn goes through a whole login; bend changes what the browser brings back.
func (h house) signIn(t *testing.T, bend ...func(*federation.Answer)) (federation.Identity, error) {
	t.Helper()
	b, err := h.Begin(t.Context(), "uni")
	if err != nil {
		return federation.Identity{}, err
	}
	a := brought(h.Browse(b.URL), "uni", b)
	for _, f := range bend {
		f(&a)
	}
	return h.Finish(t.Context(), a)
}

func brought(back url.Values, name string, b federation.Begun) federation.Answer {
	return federation.Answer{Provider: name, Code: back.Get("code"), Issuer: back.Get("iss"), Error: back.Get("error"),
		Nonce: b.Nonce, Verifier: b.Verifier}
}

func wantCode(t *testing.T, what string, err error, code string, status int) {
	t.Helper()
	f := fault.From(err)
	if f == nil || f.Code != code || status != 0 && f.Status != status {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}
