package auth_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/services/auth"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func TestStartsBeforeNATS(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	nc := s.Conn(t)
	s.Stop()
	r := run(t, nc, auth.Config{Demo: true}, nil)
	s.Begin(t)
	r.await(t)
	if _, err := dial(s.Conn(t)).Login(t.Context(), signIn("alice", "alice123")); err != nil {
		t.Error(err)
	}
}

func TestHealsWhenNATSIsBack(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	serving := s.Conn(t)
	run(t, serving, auth.Config{Demo: true}, nil).await(t)
	nc := s.Conn(t)
	for range 3 {
		s.Restart(t)
		natstest.Connected(t, serving)
		natstest.Connected(t, nc)
		c := dial(nc)
		if _, err := c.Login(t.Context(), signIn("alice", "alice123")); err != nil {
			t.Fatal(err)
		}
		if _, err := c.SetPassword(operator(t), pw("alice", "alice123")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestStopsWhileItWaits(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	nc := s.Conn(t)
	s.Stop()
	r := run(t, nc, auth.Config{Demo: true}, nil)
	r.stop()
	select {
	case <-r.Ready():
		t.Error("it says that it is ready, without NATS")
	default:
	}
}

// A restart of everything, with the read model deleted, loses nobody; tokens
// given before stay good, and the seed does not undo what was changed.
func TestSurvivesARestart(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	first := run(t, s.Conn(t), auth.Config{Demo: true}, nil).await(t)
	c := dial(s.Conn(t))
	token, err := c.Login(t.Context(), signIn("alice", "alice123"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.SetPassword(operator(t), pw("demouser", "changed")); err != nil {
		t.Fatal(err)
	}
	keys, err := c.Keys(t.Context(), authapi.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	first.stop()
	s.Restart(t)

	nc := s.Conn(t)
	run(t, nc, auth.Config{Demo: true}, nil).await(t)
	c = dial(nc)
	if again, err := c.Keys(t.Context(), authapi.Empty{}); err != nil || !bytes.Equal(again, keys) {
		t.Errorf("keys before %s, after %s, %v", keys, again, err)
	}
	if p, _, err := verifier(c).Verify(t.Context(), token.AccessToken); err != nil || p.Name != "alice" {
		t.Errorf("the token: %+v, %v", p, err)
	}
	if _, err := c.Verify(t.Context(), pw("demouser", "changed")); err != nil {
		t.Errorf("the changed password: %v", err)
	}
	if _, err := c.Verify(t.Context(), pw("demouser", "test123")); err == nil {
		t.Error("the seed has put the old password back")
	}
}

func TestReplicasSignWithOneKey(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	a := run(t, s.Conn(t), auth.Config{Demo: true}, nil) // both from nothing, at the same time
	b := run(t, s.Conn(t), auth.Config{Demo: true}, nil)
	a.await(t)
	b.await(t)
	c := dial(s.Conn(t))
	keys, err := c.Keys(t.Context(), authapi.Empty{})
	if err != nil || strings.Count(string(keys), `"OKP"`) != 1 || strings.Count(string(keys), `"RSA"`) != 1 {
		t.Errorf("keys %s, %v", keys, err)
	}
	us, err := c.Users(operator(t), authapi.Empty{})
	if err != nil || len(us.Users) != 3 {
		t.Errorf("users %+v, %v", us, err)
	}
	v := verifier(c)
	for range 10 {
		token, err := c.Login(t.Context(), signIn("alice", "alice123"))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := v.Verify(t.Context(), token.AccessToken); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFirstOperator(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	given := make(chan authapi.PasswordRequest, 3)
	first := func(name, password string) { given <- pw(name, password) }
	a, b := run(t, s.Conn(t), auth.Config{}, first), run(t, s.Conn(t), auth.Config{}, first)
	a.await(t)
	b.await(t)
	r := <-given
	if len(given) > 0 {
		t.Error("two replicas have given a password")
	}
	c := dial(s.Conn(t))
	if p, err := c.Verify(t.Context(), r); err != nil || !p.Operator() {
		t.Errorf("%s: %+v, %v", r.Name, p, err)
	}
	later := run(t, s.Conn(t), auth.Config{}, first).await(t)
	if len(given) > 0 {
		t.Error("a later start has given a password")
	}
	for _, log := range []*logged{a.log, b.log, later.log} {
		if strings.Contains(log.String(), r.Password) {
			t.Error("the password is in the log")
		}
	}
}

func TestBadConfigurationIsRefused(t *testing.T) {
	t.Parallel()
	for want, cfg := range map[string]auth.Config{
		"issuer":           {Issuer: "heddle"},
		"token-lifetime":   {TokenLifetime: -1},
		"password-workers": {PasswordWorkers: -1},
		"failures-name":    {Failures: auth.FailureConfig{Name: -1}},
		"failures-letters": {Failures: auth.FailureConfig{Letters: -1}},
		"failures-window":  {Failures: auth.FailureConfig{Window: time.Millisecond}},
	} {
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", cfg, err)
		}
		if err := auth.New(cfg, auth.Deps{}).Run(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Run of %+v: %v", cfg, err)
		}
	}
	if err := (auth.Config{}).Validate(); err != nil {
		t.Errorf("the zero configuration: %v", err)
	}
}

func TestBadSeedEndsTheStart(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	cfg := auth.Config{Issuer: issuer, DataDir: t.TempDir(), Seed: auth.Seed{Users: []authapi.RegisterRequest{{Name: "no name", Password: "x"}}}}
	err := auth.New(cfg, auth.Deps{NATS: s.Conn(t), Log: discard()}).Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "seed") {
		t.Errorf("Run: %v", err)
	}
}

// TestNoSecretLeavesTheVault plants secrets in every place that takes one and
// looks for them, their hashes and the private key in all events, the read
// model and the log.
func TestNoSecretLeavesTheVault(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	var first authapi.PasswordRequest
	r := run(t, s.Conn(t), auth.Config{}, func(name, password string) { first = pw(name, password) }).await(t)
	c := dial(s.Conn(t))
	const canary = "Canary-7Yq"
	for _, name := range []string{"bob", "no body"} {
		_, _ = c.RegisterUser(operator(t), authapi.RegisterRequest{Name: name, Password: canary + "1"})
		_, _ = c.RegisterUser(operator(t), authapi.RegisterRequest{Name: name, Password: canary + "2", Groups: []string{canary}})
		_, _ = c.Verify(t.Context(), pw(name, canary+"1"))
		_, _ = c.Login(t.Context(), signIn(name, canary+"3"))
		_, _ = c.SetPassword(operator(t), pw(name, canary+"4"))
		_, _ = c.Login(t.Context(), signIn(name, canary+strings.Repeat("5", 2000)))
	}
	token, err := c.Login(t.Context(), signIn("bob", canary+"4"))
	if err != nil {
		t.Fatal(err)
	}
	events := everything(t, s, authapi.Stream)
	if !strings.Contains(events, "auth.user.password_changed.v1") || !strings.Contains(events, "auth.key.announced.v1") {
		t.Fatalf("the events to look through are not there:\n%s", events)
	}
	if vault := everything(t, s, "KV_AUTH_VAULT"); strings.Contains(vault, canary) || !strings.Contains(vault, "$argon2id$") || !strings.Contains(vault, `"d":`) {
		t.Error("the vault must hold hashes and keys, and no password")
	}
	log := r.log.String()
	if !strings.Contains(log, "cmd.auth.session.login") {
		t.Fatalf("the log to look through is not there:\n%s", log)
	}
	r.stop()
	for place, text := range map[string]string{"events": events, "log": log, "read model": files(t, r.dir)} {
		for _, secret := range []string{canary, first.Password, "argon2", `"d":`, token.AccessToken} {
			if strings.Contains(text, secret) {
				t.Errorf("%s: found %q", place, secret)
			}
		}
	}
}

// everything is the text of all messages of a stream, headers included.
func everything(t *testing.T, s *natstest.Server, stream string) string {
	t.Helper()
	st := openStream(t, s, stream)
	var b strings.Builder
	for seq := uint64(1); seq <= st.CachedInfo().State.LastSeq; seq++ {
		m, err := st.GetMsg(t.Context(), seq)
		if err != nil {
			continue // purged
		}
		b.WriteString(m.Subject)
		for k, v := range m.Header {
			b.WriteString(k + ": " + strings.Join(v, " ") + "\n")
		}
		b.Write(m.Data)
	}
	return b.String()
}

func files(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		b.Write(content)
		return err
	})
	if err != nil || b.Len() == 0 {
		t.Fatalf("the read model to look through: %d bytes, %v", b.Len(), err)
	}
	return b.String()
}
