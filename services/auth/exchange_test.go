package auth_test

import (
	"context"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/services/auth"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// program is a client that acts by itself.
type program struct {
	id, secret string
	oauth      *authapi.OAuthRPC
}

func newProgram(t *testing.T, s *natstest.Server, id string) program {
	t.Helper()
	r, err := authapi.NewAdminRPC(s.Conn(t)).PutRegistration(operator(t), authapi.Registration{
		ID: id, Name: id, Method: "client_secret_basic", Grants: []string{"client_credentials"}, RunAs: "alice"})
	if err != nil {
		t.Fatal(err)
	}
	return program{id, r.Secret, authapi.NewOAuthRPC(s.Conn(t))}
}

func (p program) token(ctx context.Context) (authapi.Tokens, error) {
	return tokens(p.oauth.Exchange(ctx, authapi.ExchangeRequest{Form: authapi.FormOIDC,
		Basic: &authapi.BasicClient{ID: p.id, Secret: p.secret}, Params: url.Values{"grant_type": {"client_credentials"}}}))
}

// TestAProgramIsKnownAtOnceEverywhere: the replica that is asked may not have
// seen the registration yet; then it looks again before it refuses.
func TestAProgramIsKnownAtOnceEverywhere(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	run(t, s.Conn(t), auth.Config{Demo: true}, nil).await(t)
	run(t, s.Conn(t), auth.Config{}, nil).await(t)
	for i := range 20 {
		p := newProgram(t, s, fmt.Sprint("program-", i))
		if _, err := p.token(t.Context()); err != nil {
			t.Fatalf("right after its registration: %v", err)
		}
	}
}

// TestWhatEndsAProgramEndsItsTokens: whichever replica is asked, and however
// much it has seen, after the end there is no token that stands.
func TestWhatEndsAProgramEndsItsTokens(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	run(t, s.Conn(t), auth.Config{Demo: true}, nil).await(t)
	run(t, s.Conn(t), auth.Config{}, nil).await(t)
	c, p := dial(s.Conn(t)), newProgram(t, s, "program")
	v := verifier(c)
	for range 10 {
		if _, err := c.DisableUser(operator(t), authapi.UserRequest{Name: "alice"}); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			tokens, err := p.token(t.Context())
			if err != nil {
				wantCode(t, err, authapi.InvalidGrant)
				continue
			}
			if _, facts, err := v.Verify(t.Context(), tokens.AccessToken); err != nil || !over(t, s, facts) {
				t.Fatalf("a token for a disabled user stands: %v", err)
			}
		}
		if _, err := c.EnableUser(operator(t), authapi.UserRequest{Name: "alice"}); err != nil {
			t.Fatal(err)
		}
		stands := func() bool { // a replica that has seen neither gives one that is over; its next is not
			tokens, err := p.token(t.Context())
			if err != nil {
				t.Fatalf("let in again: %v", err)
			}
			_, facts, err := v.Verify(t.Context(), tokens.AccessToken)
			return err == nil && !over(t, s, facts)
		}
		for end := time.Now().Add(10 * time.Second); !stands(); {
			if time.Now().After(end) {
				t.Fatal("let in again, no token stands")
			}
		}
	}
}
