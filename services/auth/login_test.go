package auth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/oidcverify"
	"github.com/heddle-dev/heddle/services/auth"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// verifier is the gateway's: keys over NATS, go-oidc.
func verifier(c *caller) *oidcverify.Verifier {
	return oidcverify.NewVerifier(oidcverify.Config{Issuer: issuer, Audience: authapi.Audience,
		Keys: func(ctx context.Context) (json.RawMessage, error) { return c.Keys(ctx, authapi.Empty{}) }})
}

func TestDemoUsersLogIn(t *testing.T) {
	t.Parallel()
	c, _ := start(t)
	v := verifier(c)
	for _, r := range auth.DemoSeed().Users {
		p, err := c.Verify(t.Context(), pw(r.Name, r.Password))
		if err != nil || p.Name != r.Name || p.Group != "users" || p.Method != "password" || p.Operator() != (r.Name == "admin") {
			t.Errorf("%s: %+v, %v", r.Name, p, err)
		}
		token, err := c.Login(t.Context(), signIn(strings.ToUpper(r.Name), r.Password))
		if err != nil || token.TokenType != "Bearer" || token.ExpiresIn != 3600 {
			t.Fatalf("%s: %+v, %v", r.Name, token, err)
		}
		p.Method, p.Scopes = "token", []string{"api"}
		if p.Operator() {
			p.Scopes = []string{"api", "operator"}
		}
		back, facts, err := v.Verify(t.Context(), token.AccessToken)
		p.Credential = facts.Credential()
		if err != nil || !reflect.DeepEqual(back, p) || facts.User != p.ID {
			t.Errorf("%s: the token says %+v, %v", r.Name, back, err)
		}
	}
}

func TestWrongCredentialsLookAlike(t *testing.T) {
	t.Parallel()
	c, _ := start(t)
	if _, err := c.DisableUser(operator(t), authapi.UserRequest{Name: "alice"}); err != nil {
		t.Fatal(err)
	}
	_, want := c.Login(t.Context(), signIn("demouser", "wrong"))
	if !fault.Is(want, fault.Unauthenticated) {
		t.Fatal(want)
	}
	for name, r := range map[string]authapi.PasswordRequest{
		"unknown user":       pw("nobody", "test123"),
		"disabled user":      pw("alice", "alice123"),
		"no name":            pw("", "test123"),
		"no password":        pw("demouser", ""),
		"space":              pw("demouser ", "test123"),
		"wildcard":           pw("%", "test123"),
		"quote":              pw("' OR 1=1 --", "x"),
		"NUL":                pw("demouser\x00", "test123"),
		"endless password":   pw("demouser", strings.Repeat("x", 100_000)),
		"password and a NUL": pw("demouser", "test123\x00"),
		"other case":         pw("demouser", "Test123"),
	} {
		for verb, f := range map[string]func(context.Context, authapi.PasswordRequest) error{
			"Login": func(ctx context.Context, r authapi.PasswordRequest) error {
				_, err := c.Login(ctx, signIn(r.Name, r.Password))
				return err
			},
			"Verify": func(ctx context.Context, r authapi.PasswordRequest) error { _, err := c.Verify(ctx, r); return err },
		} {
			if got := f(t.Context(), r); !reflect.DeepEqual(got, want) {
				t.Errorf("%s of %s: %v, want %v", verb, name, got, want)
			}
		}
	}
}

// fastest gives the fastest refusal or welcome of each of two. They take
// turns, so that whatever else the machine does slows both.
func fastest(t *testing.T, a, b authapi.PasswordRequest) (ofA, ofB time.Duration) {
	t.Helper()
	c, _ := start(t)
	took := func(r authapi.PasswordRequest) time.Duration {
		begin := time.Now()
		if _, err := c.Verify(t.Context(), r); err != nil && !fault.Is(err, fault.Unauthenticated) {
			t.Fatal(err)
		}
		return time.Since(begin)
	}
	ofA, ofB = took(a), took(b)
	for range 9 {
		ofA, ofB = min(ofA, took(a)), min(ofB, took(b))
	}
	return ofA, ofB
}

// TestUnknownUsersTakeTheirTime: a refusal without a hash would be a hundred
// times faster.
func TestUnknownUsersTakeTheirTime(t *testing.T) {
	t.Parallel()
	known, unknown := fastest(t, pw("demouser", "wrong"), pw("nobody", "wrong"))
	if unknown < known/5 || known < unknown/5 {
		t.Errorf("a wrong password takes %v, an unknown name %v", known, unknown)
	}
}

func TestRememberedPasswordIsCheap(t *testing.T) {
	t.Parallel()
	remembered, hashed := fastest(t, pw("demouser", "test123"), pw("demouser", "wrong"))
	if remembered > hashed/3 {
		t.Errorf("a remembered password takes %v, a hashed one %v", remembered, hashed)
	}
}

func TestChangesEndWhatIsRememberedAtOnce(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	run(t, s.Conn(t), auth.Config{Demo: true}, nil).await(t)
	run(t, s.Conn(t), auth.Config{}, nil).await(t)
	c := dial(s.Conn(t)) // either replica answers
	check := func(when, password string, want bool) {
		t.Helper()
		for range 4 { // fewer wrong ones than are counted
			if _, err := c.Verify(t.Context(), pw("alice", password)); (err == nil) != want {
				t.Fatalf("%s, %s: %v", when, password, err)
			}
		}
	}
	act := func(f func(context.Context, authapi.UserRequest) (authapi.User, error), disabled bool) {
		t.Helper()
		if u, err := f(operator(t), authapi.UserRequest{Name: "alice"}); err != nil || u.Disabled != disabled {
			t.Fatalf("%+v, %v", u, err)
		}
	}
	check("at first", "alice123", true)
	act(c.DisableUser, true)
	check("disabled", "alice123", false)
	act(c.EnableUser, false)
	check("enabled", "alice123", true)
	if _, err := c.SetPassword(operator(t), pw("alice", "new")); err != nil {
		t.Fatal(err)
	}
	check("changed", "alice123", false)
	check("changed", "new", true)
}

func TestTooManyLoginsAreTurnedAway(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	run(t, s.Conn(t), auth.Config{Demo: true, PasswordWorkers: 1, PasswordQueue: 1}, nil).await(t)
	c := dial(s.Conn(t))
	const all = 20
	answers := make(chan error, all)
	for i := range all { // the same from twenty at once would be one check
		go func() { _, err := c.Verify(t.Context(), pw(fmt.Sprint("somebody", i), "wrong")); answers <- err }()
	}
	kinds := map[fault.Kind]int{}
	for range all {
		f := fault.From(<-answers)
		kinds[f.Kind]++
		if f.Kind == fault.Exhausted && (f.Status != 429 || f.RetryAfter <= 0) {
			t.Errorf("turned away with %+v", f)
		}
	}
	if kinds[fault.Exhausted] == 0 || kinds[fault.Unauthenticated] == 0 || kinds[fault.Exhausted]+kinds[fault.Unauthenticated] != all {
		t.Errorf("answers: %v", kinds)
	}
	if _, err := c.Verify(t.Context(), pw("demouser", "test123")); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestOnlyOperatorsAdminister(t *testing.T) {
	t.Parallel()
	c, _ := start(t)
	user := who.With(t.Context(), who.Principal{ID: "u1", Name: "alice"})
	for name, f := range map[string]func(context.Context) error{
		"RegisterUser": func(ctx context.Context) error {
			_, err := c.RegisterUser(ctx, authapi.RegisterRequest{Name: "eve", Password: "x"})
			return err
		},
		"CreateGroup": func(ctx context.Context) error {
			_, err := c.CreateGroup(ctx, authapi.GroupRequest{Name: "evil"})
			return err
		},
		"JoinGroup": func(ctx context.Context) error {
			_, err := c.JoinGroup(ctx, authapi.MemberRequest{Group: "users", User: "alice"})
			return err
		},
		"SetPassword": func(ctx context.Context) error { _, err := c.SetPassword(ctx, pw("alice", "x")); return err },
		"DisableUser": func(ctx context.Context) error {
			_, err := c.DisableUser(ctx, authapi.UserRequest{Name: "admin"})
			return err
		},
		"EnableUser": func(ctx context.Context) error {
			_, err := c.EnableUser(ctx, authapi.UserRequest{Name: "admin"})
			return err
		},
		"Users": func(ctx context.Context) error { _, err := c.Users(ctx, authapi.Empty{}); return err },
	} {
		if err := f(t.Context()); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%s of nobody: %v", name, err)
		}
		if err := f(user); !fault.Is(err, fault.Denied) {
			t.Errorf("%s of a user: %v", name, err)
		}
	}
}

func BenchmarkVerifyRemembered(b *testing.B) {
	s := natstest.Start(b)
	run(b, s.Conn(b), auth.Config{Demo: true}, nil).await(b)
	c := dial(s.Conn(b))
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := c.Verify(b.Context(), pw("alice", "alice123")); err != nil {
				b.Error(err)
			}
		}
	})
}
