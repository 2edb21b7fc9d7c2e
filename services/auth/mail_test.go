package auth_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/mail/mailtest"
)

// Who forgot their password gets a letter, and sets another.
func TestPasswordIsResetByMail(t *testing.T) {
	t.Parallel()
	server, letters := mailtest.Serve(t, "")
	s := natstest.Start(t)
	r := run(t, s.Conn(t), auth.Config{Demo: true, Mail: auth.MailConfig{Server: server, From: "heddle@example.org"}}, nil).await(t)
	c, profiles := authapi.NewCore4RPC(s.Conn(t)), authapi.NewProfilesRPC(s.Conn(t))
	alice, err := authapi.NewCredentialsRPC(s.Conn(t)).Password(t.Context(), authapi.PasswordProof{Name: "alice", Password: "alice123"})
	if err != nil {
		t.Fatal(err)
	}
	email := "alice@hpc.example.org"
	if _, err := profiles.ChangeMe(who.With(t.Context(), alice.Principal), authapi.ProfileChange{Email: &email}); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"nobody@hpc.example.org", email} {
		if _, err := c.RequestReset(t.Context(), authapi.EmailRequest{Email: address}); err != nil {
			t.Fatal(err)
		}
	}
	token := ""
	select {
	case letter := <-letters:
		for line := range strings.Lines(letter) {
			if u, err := url.Parse(strings.TrimSpace(line)); err == nil && u.Path == "/core4/api/v1/reset" {
				token = u.Query().Get("token")
			}
		}
		if token == "" || !strings.Contains(letter, "RCPT TO:<"+email+">") {
			t.Fatalf("the letter is %s", letter)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("no letter came within 20 s")
	}
	if _, err := c.Reset(t.Context(), authapi.ResetRequest{Token: token, Password: "new-pw"}); err != nil {
		t.Fatal(err)
	}
	if _, err := authapi.NewCredentialsRPC(s.Conn(t)).Password(t.Context(), authapi.PasswordProof{Name: "alice", Password: "new-pw"}); err != nil {
		t.Error(err)
	}
	r.stop()
	if strings.Contains(r.log.String(), token) || strings.Contains(r.log.String(), email) || !strings.Contains(r.log.String(), "a mail was sent") {
		t.Errorf("the log says\n%s", r.log)
	}
}

// Operators decide how many letters somebody may ask for; whoever asks for more
// is not told, and nobody gets one.
func TestOperatorsSetHowManyLettersThereAre(t *testing.T) {
	t.Parallel()
	server, letters := mailtest.Serve(t, "")
	s := natstest.Start(t)
	run(t, s.Conn(t), auth.Config{Demo: true, Failures: auth.FailureConfig{Letters: 1},
		Mail: auth.MailConfig{Server: server, From: "heddle@example.org"}}, nil).await(t)
	c, profiles := authapi.NewCore4RPC(s.Conn(t)), authapi.NewProfilesRPC(s.Conn(t))
	people := []string{"alice", "demouser"}
	for i, password := range []string{"alice123", "test123"} {
		p, err := authapi.NewCredentialsRPC(s.Conn(t)).Password(t.Context(), authapi.PasswordProof{Name: people[i], Password: password})
		if err != nil {
			t.Fatal(err)
		}
		email := people[i] + "@hpc.example.org"
		if _, err := profiles.ChangeMe(who.With(t.Context(), p.Principal), authapi.ProfileChange{Email: &email}); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"alice", "alice", "demouser"} {
		if _, err := c.RequestReset(t.Context(), authapi.EmailRequest{Email: name + "@hpc.example.org", Peer: authapi.Peer{Address: "192.0.2.1"}}); err != nil {
			t.Errorf("it is answered with %v", err)
		}
	}
	for _, name := range people { // they are sent in their order
		select {
		case letter := <-letters:
			if !strings.Contains(letter, "RCPT TO:<"+name+"@") {
				t.Errorf("not %s's: %s", name, letter)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("no letter came within 20 s")
		}
	}
}
