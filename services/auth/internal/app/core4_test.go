package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/mail"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
)

// letters is a post that keeps what it is given.
type letters struct {
	mu   sync.Mutex
	sent []mail.Letter
}

func (l *letters) Send(_ context.Context, one mail.Letter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = append(l.sent, one)
}

func (l *letters) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.sent)
}

// link is the token of the link in the last letter.
func (l *letters) link(t *testing.T) string {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.sent) == 0 {
		t.Fatal("no letter was sent")
	}
	for line := range strings.Lines(l.sent[len(l.sent)-1].Text) {
		if u, err := url.Parse(strings.TrimSpace(line)); err == nil && u.Path == resetPath && strings.HasPrefix(line, issuer+"/") {
			return u.Query().Get("token")
		}
	}
	t.Fatalf("no link in %q", l.sent[len(l.sent)-1].Text)
	return ""
}

// core4User registers a user with an address, a permission and a role.
func core4User(t *testing.T, f fixture, name string) authapi.User {
	t.Helper()
	u, err := f.RegisterUser(t.Context(), authapi.RegisterRequest{Name: name, Password: "first"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []user.Command{
		user.SetEmail{Email: user.Email(strings.ToUpper(name[:1]) + name[1:] + "@example.org")},
		user.SetPerms{Perms: []string{"api://core4.api"}},
	} {
		if _, err := f.change(t.Context(), name, c); err != nil {
			t.Fatal(err)
		}
	}
	return u
}

func (f fixture) signIn(t *testing.T, name, password string) (authapi.Resolved, authapi.Core4Token) {
	t.Helper()
	got, err := f.Password(t.Context(), authapi.PasswordProof{Name: name, Password: password, Login: true})
	if err != nil {
		t.Fatal(err)
	}
	made, err := f.IssueCore4(t.Context(), authapi.Core4Request{User: got.Principal.ID, Position: got.Facts.Position})
	if err != nil {
		t.Fatal(err)
	}
	return got, made
}

func (f fixture) open(t *testing.T, value string, kinds ...authapi.Kind) (authapi.Resolved, error) {
	t.Helper()
	return f.Token(t.Context(), authapi.TokenProof{Value: value, Accept: kinds})
}

var eitherCore4 = []authapi.Kind{authapi.KindCore4JWT, authapi.KindCore4Seal}

// covers: C2-067 C2-082
func TestCore4TokenOpensAsWhatItIs(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	u := core4User(t, f, "alice")
	proof, made := f.signIn(t, "Alice", "first")
	if !strings.HasPrefix(made.Token, "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.") || !made.Expires.Equal(made.Issued.Add(8*time.Hour)) {
		t.Errorf("%s until %s", made.Token, made.Expires)
	}
	for kind, value := range map[authapi.Kind]string{authapi.KindCore4JWT: made.Token, authapi.KindCore4Seal: made.Cookie} {
		got, err := f.open(t, value, kind)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if got.Principal.ID != u.ID || got.Principal.Method != who.MethodSession || !got.Principal.InPerson() || fmt.Sprint(got.Permissions) != "[api://core4.api]" ||
			got.Facts.Position != proof.Facts.Position || got.Facts.User != u.ID || got.Facts.Expires.Unix() != made.Expires.Unix() ||
			got.Issued.UnixMicro() != made.Issued.UnixMicro() {
			t.Errorf("%s: %+v", kind, got)
		}
		for _, other := range []authapi.Kind{authapi.KindCore4JWT, authapi.KindCore4Seal, authapi.KindAPIKey, authapi.KindUserJWT, authapi.KindSiteJWT, authapi.KindUpstream} {
			if _, err := f.open(t, value, other); (err == nil) != (kind == other) {
				t.Errorf("%s where %s is taken: %v", kind, other, err)
			}
		}
		for _, bad := range []string{value[:len(value)-1], value + "x", strings.Replace(value, "2|1:0", "2|1:1", 1) + "|"} {
			if _, err := f.open(t, bad, eitherCore4...); !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("changed %s: %v", kind, err)
			}
		}
	}
	if _, err := f.IssueCore4(t.Context(), authapi.Core4Request{User: "nobody", Position: 1}); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("for nobody: %v", err)
	}
}

func TestCore4TokenEndsWithWhatItStandsOn(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(f fixture) error{
		"password": func(f fixture) error {
			_, err := f.SetPassword(t.Context(), authapi.PasswordRequest{Name: "alice", Password: "second"})
			return err
		},
		"disabled": func(f fixture) error {
			_, err := f.DisableUser(t.Context(), authapi.UserRequest{Name: "alice"})
			return err
		},
		"signed out": func(f fixture) error {
			_, err := f.change(t.Context(), "alice", user.EndSessions{})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			core4User(t, f, "alice")
			_, made := f.signIn(t, "alice", "first")
			if err := end(f); err != nil {
				t.Fatal(err)
			}
			for _, value := range []string{made.Token, made.Cookie} {
				if got, err := f.open(t, value, eitherCore4...); !fault.Is(err, fault.Unauthenticated) {
					t.Errorf("%+v %v", got, err)
				}
			}
		})
	}
}

// What is refreshed continues what was there: it does not outlive what ended
// the one before.
func TestCore4TokenIsNoWayAroundAnEnd(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	core4User(t, f, "alice")
	proof, _ := f.signIn(t, "alice", "first")
	if _, err := f.change(t.Context(), "alice", user.EndSessions{}); err != nil {
		t.Fatal(err)
	}
	late, err := f.IssueCore4(t.Context(), authapi.Core4Request{User: proof.Principal.ID, Position: proof.Facts.Position})
	if err == nil {
		_, err = f.open(t, late.Token, eitherCore4...)
	}
	if !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("%v", err)
	}
}

func TestPasswordIsResetByMail(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	core4User(t, f, "alice")
	_, before := f.signIn(t, "alice", "first")
	ask := func(email string) {
		t.Helper()
		if _, err := f.RequestReset(t.Context(), authapi.EmailRequest{Email: email, Peer: authapi.Peer{Address: "192.0.2.1"}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, nobody := range []string{"", "bob@example.org", "alice", "%@example.org", "*"} {
		ask(nobody)
	}
	if f.post.count() != 0 {
		t.Errorf("a letter to nobody: %v", f.post.sent)
	}
	ask(" alice@EXAMPLE.org")
	first := f.post.link(t)
	if l := f.post.sent[0]; l.To != "Alice@example.org" || strings.Contains(fmt.Sprint(l, slog.Any("letter", l), fmt.Sprintf("%#v", l)), first) {
		t.Errorf("the letter is to %s and shows itself", l.To)
	}
	ask("alice@example.org")
	second := f.post.link(t)
	reset := func(token, password string) error {
		_, err := f.Reset(t.Context(), authapi.ResetRequest{Token: token, Password: password})
		return err
	}
	if err := reset(first, ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("no password: %v", err)
	}
	for name, token := range map[string]string{"a login token": before.Token, "a cookie": before.Cookie, "changed": first[:len(first)-2] + "xx", "nothing": ""} {
		if err := reset(token, "second"); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := f.open(t, first, eitherCore4...); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("a reset token signs in: %v", err)
	}
	if err := reset(first, "second"); err != nil {
		t.Fatal(err)
	}
	for name, token := range map[string]string{"once more": first, "another of the same password": second} {
		if err := reset(token, "third"); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := f.open(t, before.Token, eitherCore4...); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("the token of the old password: %v", err)
	}
	f.signIn(t, "alice", "second")
	if _, err := f.Password(t.Context(), authapi.PasswordProof{Name: "alice", Password: "first"}); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("the old password: %v", err)
	}
}

func TestOneOfManyResetsWins(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	core4User(t, f, "alice")
	if _, err := f.RequestReset(t.Context(), authapi.EmailRequest{Email: "alice@example.org"}); err != nil {
		t.Fatal(err)
	}
	token, won := f.post.link(t), make(chan string, 8)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			pw := fmt.Sprint("pw", i)
			_, err := f.Reset(t.Context(), authapi.ResetRequest{Token: token, Password: pw})
			switch {
			case err == nil:
				won <- pw
			case !fault.Is(err, fault.Unauthenticated):
				t.Errorf("a loser hears %v", err)
			}
		})
	}
	all.Wait()
	if len(won) != 1 {
		t.Fatalf("%d won", len(won))
	}
	f.signIn(t, "alice", <-won)
}

func TestResetLinkEndsWithItsAddressAndItsUser(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]user.Command{"address": user.SetEmail{Email: "new@example.org"}, "disabled": user.Disable{}} {
		f := newFixture(t)
		core4User(t, f, "alice")
		if _, err := f.RequestReset(t.Context(), authapi.EmailRequest{Email: "alice@example.org"}); err != nil {
			t.Fatal(err)
		}
		if _, err := f.change(t.Context(), "alice", c); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Reset(t.Context(), authapi.ResetRequest{Token: f.post.link(t), Password: "second"}); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestResetLettersAreFew(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	core4User(t, f, "alice")
	for range 6 {
		if _, err := f.RequestReset(t.Context(), authapi.EmailRequest{Email: "alice@example.org", Peer: authapi.Peer{Address: "192.0.2.1"}}); err != nil {
			t.Fatal(err)
		}
	}
	if f.post.count() != 3 {
		t.Errorf("%d letters", f.post.count())
	}
}

// A reset that the store kept from happening can be tried again.
func TestResetOutlivesAnOutage(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	core4User(t, f, "alice")
	if _, err := f.RequestReset(t.Context(), authapi.EmailRequest{Email: "alice@example.org"}); err != nil {
		t.Fatal(err)
	}
	token := f.post.link(t)
	f.vault.fail(context.DeadlineExceeded)
	if _, err := f.Reset(t.Context(), authapi.ResetRequest{Token: token, Password: "second"}); err == nil || fault.Is(err, fault.Unauthenticated) {
		t.Errorf("%v", err)
	}
	f.vault.fail(nil)
	if _, err := f.Reset(t.Context(), authapi.ResetRequest{Token: token, Password: "second"}); err != nil {
		t.Errorf("%v", err)
	}
}
