package auth_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

const (
	appClient   = "demo-client"
	appRedirect = "http://127.0.0.1:9999/callback"
	pkce        = "a-verifier-that-is-long-enough-for-the-rfc-7636"
)

// signedIn is alice, with what her browser's session remembers.
type signedIn struct {
	t     *testing.T
	oauth *authapi.OAuthRPC
	creds *authapi.CredentialsRPC
	authapi.Resolved
}

func newSignedIn(t *testing.T, s *natstest.Server) *signedIn {
	t.Helper()
	nc := s.Conn(t)
	alice := &signedIn{t: t, oauth: authapi.NewOAuthRPC(nc), creds: authapi.NewCredentialsRPC(nc)}
	r, err := alice.creds.Password(t.Context(), authapi.PasswordProof{Name: "alice", Password: "alice123", Login: true,
		Peer: authapi.Peer{Address: "192.0.2.1"}})
	if err != nil {
		t.Fatal(err)
	}
	alice.Resolved = r
	return alice
}

// code lets the client have a code.
func (a *signedIn) code() string {
	a.t.Helper()
	sum := sha256.Sum256([]byte(pkce))
	p, err := a.oauth.Authorize(a.t.Context(), authapi.AuthorizeRequest{Form: authapi.FormOIDC, Params: url.Values{
		"response_type": {"code"}, "client_id": {appClient}, "redirect_uri": {appRedirect}, "state": {"s"},
		"scope":          {"openid profile offline_access api"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}})
	if err != nil || p.ID == "" {
		a.t.Fatalf("%+v, %v", p, err)
	}
	to, err := a.oauth.Decide(who.With(a.t.Context(), a.Principal), authapi.Decision{
		ID: p.ID, Grant: true, AuthTime: time.Now(), Position: a.Facts.Position})
	if err != nil {
		a.t.Fatal(err)
	}
	u, err := url.Parse(to.URL)
	if err != nil || u.Query().Get("code") == "" {
		a.t.Fatalf("%v, %v", u, err)
	}
	return u.Query().Get("code")
}

func (a *signedIn) exchange(pairs ...string) (authapi.Tokens, error) {
	v := url.Values{"client_id": {appClient}}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return tokens(a.oauth.Exchange(a.t.Context(), authapi.ExchangeRequest{Form: authapi.FormOIDC, Params: v}))
}

// tokens reads an answer of the token endpoint.
func tokens(text natsrpc.Encoded, err error) (t authapi.Tokens, _ error) {
	if err == nil {
		err = json.Unmarshal(text, &t)
	}
	return t, err
}

func (a *signedIn) redeem(code string) (authapi.Tokens, error) {
	return a.exchange("grant_type", "authorization_code", "code", code, "redirect_uri", appRedirect, "code_verifier", pkce)
}

func wantCode(t *testing.T, err error, want string) {
	t.Helper()
	if got := authapi.ErrorCode(err); got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

func TestPersonLetsAnApplicationIn(t *testing.T) {
	t.Parallel()
	c, s := start(t)
	a := newSignedIn(t, s)
	tokens, err := a.redeem(a.code())
	if err != nil || tokens.RefreshToken == "" || tokens.IDToken == "" {
		t.Fatalf("%+v, %v", tokens, err)
	}
	p, facts, err := verifier(c).Verify(t.Context(), tokens.AccessToken)
	if err != nil || p.Name != "alice" || p.Client != appClient || facts.Grant == "" || facts.Position <= a.Facts.Position {
		t.Errorf("%+v, %+v, %v", p, facts, err)
	}
	next, err := a.exchange("grant_type", "refresh_token", "refresh_token", tokens.RefreshToken)
	if err != nil || next.RefreshToken == tokens.RefreshToken {
		t.Fatalf("%+v, %v", next, err)
	}
	_, err = a.exchange("grant_type", "refresh_token", "refresh_token", tokens.RefreshToken)
	wantCode(t, err, authapi.InvalidGrant)
	_, err = a.exchange("grant_type", "refresh_token", "refresh_token", next.RefreshToken)
	wantCode(t, err, authapi.InvalidGrant) // the family is over
	if !over(t, s, facts) {
		t.Error("the access token of a family that is over still stands")
	}
}

// over asks what a gateway would know.
func over(t *testing.T, s *natstest.Server, f who.Facts) bool {
	t.Helper()
	r, err := authapi.NewStandingRPC(s.Conn(t)).Revocations(who.With(t.Context(), who.Component("gateway")), authapi.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range r.List {
		if one.Ends(f) {
			return true
		}
	}
	return false
}

func TestReplayedCodeEndsWhatItBegan(t *testing.T) {
	t.Parallel()
	c, s := start(t)
	a := newSignedIn(t, s)
	code := a.code()
	tokens, err := a.redeem(code)
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.redeem(code)
	wantCode(t, err, authapi.InvalidGrant)
	_, facts, err := verifier(c).Verify(t.Context(), tokens.AccessToken)
	if err != nil || !over(t, s, facts) {
		t.Errorf("after the replay the first tokens stand: %v", err)
	}
	_, err = a.exchange("grant_type", "refresh_token", "refresh_token", tokens.RefreshToken)
	wantCode(t, err, authapi.InvalidGrant)
}

// TestWhatEndsAPersonsThings: each of these ends tokens, sessions and grants
// that were given before, and none that are given after.
func TestWhatEndsAPersonsThings(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*caller) error{
		"disabled": func(c *caller) error {
			_, err := c.DisableUser(operator(t), authapi.UserRequest{Name: "alice"})
			if err == nil {
				_, err = c.EnableUser(operator(t), authapi.UserRequest{Name: "alice"})
			}
			return err
		},
		"new password": func(c *caller) error {
			_, err := c.SetPassword(operator(t), pw("alice", "other"))
			if err == nil {
				_, err = c.SetPassword(operator(t), pw("alice", "alice123"))
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, s := start(t)
			a := newSignedIn(t, s)
			tokens, err := a.redeem(a.code())
			if err != nil {
				t.Fatal(err)
			}
			login, err := c.Login(t.Context(), signIn("alice", "alice123"))
			if err != nil {
				t.Fatal(err)
			}
			if err := end(c); err != nil {
				t.Fatal(err)
			}
			v := verifier(c)
			for what, token := range map[string]string{"the application's": tokens.AccessToken, "the login's": login.AccessToken} {
				if _, facts, err := v.Verify(t.Context(), token); err != nil || !over(t, s, facts) {
					t.Errorf("%s token stands: %v", what, err)
				}
			}
			if !over(t, s, a.Facts) {
				t.Error("the session stands")
			}
			_, err = a.exchange("grant_type", "refresh_token", "refresh_token", tokens.RefreshToken)
			wantCode(t, err, authapi.InvalidGrant)
			_, facts, err := v.Verify(t.Context(), newToken(t, c))
			if err != nil || over(t, s, facts) {
				t.Errorf("a later token does not stand: %v", err)
			}
		})
	}
}

func newToken(t *testing.T, c *caller) string {
	t.Helper()
	token, err := c.Login(t.Context(), signIn("alice", "alice123"))
	if err != nil {
		t.Fatal(err)
	}
	return token.AccessToken
}

// TestGuessersAreSlowedDown: the limit is for a name from an address, comes
// before the work, and a right password does not pass it either. Who was
// verified a moment ago goes on.
func TestGuessersAreSlowedDown(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	run(t, s.Conn(t), auth.Config{Demo: true}, nil).await(t)
	creds := authapi.NewCredentialsRPC(s.Conn(t))
	try := func(name, password, address string) error {
		_, err := creds.Password(t.Context(), authapi.PasswordProof{Name: name, Password: password, Peer: authapi.Peer{Address: address}})
		return err
	}
	if err := try("demouser", "test123", "192.0.2.9"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"alice", "nobody", "demouser"} {
		for range 10 {
			if err := try(name, "wrong", "192.0.2.9"); !fault.Is(err, fault.Unauthenticated) {
				t.Fatalf("%s: %v", name, err)
			}
		}
		err := try(name, "wrong", "192.0.2.9")
		if f := fault.From(err); f.Kind != fault.Exhausted || f.Status != 429 || f.RetryAfter <= time.Minute {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := try("alice", "alice123", "192.0.2.9"); !fault.Is(err, fault.Exhausted) {
		t.Errorf("the right password after too many wrong ones: %v", err)
	}
	if err := try("alice", "alice123", "192.0.2.10"); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
	if err := try("demouser", "test123", "192.0.2.9"); err != nil {
		t.Errorf("who was verified before: %v", err)
	}
}

// Operators decide how many guesses there are: of one name from one address, of
// one name, from one address, and of a client's secret.
func TestOperatorsSetHowManyGuessesThereAre(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	run(t, s.Conn(t), auth.Config{Demo: true, Failures: auth.FailureConfig{Pair: 2, Name: 3, Address: 4, Secrets: 1, Window: time.Hour}}, nil).await(t)
	creds := authapi.NewCredentialsRPC(s.Conn(t))
	for i, c := range []struct {
		name, address string
		free          bool
	}{
		{"alice", "192.0.2.1", true}, {"alice", "192.0.2.1", true}, {"alice", "192.0.2.1", false}, // the pair
		{"alice", "192.0.2.2", true}, {"alice", "192.0.2.3", false}, // the name
		{"bob", "192.0.2.1", true}, {"carol", "192.0.2.1", true}, {"dora", "192.0.2.1", false}, // the address
	} {
		_, err := creds.Password(t.Context(), authapi.PasswordProof{Name: c.name, Password: "wrong", Peer: authapi.Peer{Address: c.address}})
		if f := fault.From(err); fault.Is(err, fault.Unauthenticated) != c.free || !c.free && (f.Status != 429 || f.RetryAfter < 50*time.Minute) {
			t.Errorf("%d: %s from %s: %v", i, c.name, c.address, err)
		}
	}
	protocol := authapi.NewOAuthRPC(s.Conn(t))
	for _, want := range []string{authapi.InvalidClient, "slow_down"} {
		_, err := protocol.Exchange(t.Context(), authapi.ExchangeRequest{Peer: authapi.Peer{Address: "192.0.2.9"},
			Params: url.Values{"grant_type": {"client_credentials"}, "client_id": {"robot"}, "client_secret": {"wrong"}}})
		if authapi.ErrorCode(err) != want {
			t.Errorf("%v, not %s", err, want)
		}
	}
}

// TestProtocolKeepsNoSecretInTheJournal looks for every secret of a flow.
func TestProtocolKeepsNoSecretInTheJournal(t *testing.T) {
	t.Parallel()
	_, s := start(t)
	a := newSignedIn(t, s)
	code := a.code()
	tokens, err := a.redeem(code)
	if err != nil {
		t.Fatal(err)
	}
	st := openStream(t, s, authapi.Stream)
	info, err := st.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for seq := info.State.FirstSeq; seq <= info.State.LastSeq; seq++ {
		m, err := st.GetMsg(t.Context(), seq)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := json.Marshal(m)
		for what, secret := range map[string]string{"code": code, "access token": tokens.AccessToken, "refresh token": tokens.RefreshToken,
			"verifier": pkce, "password": "alice123"} {
			if strings.Contains(string(m.Data), secret) || strings.Contains(string(text), secret) {
				t.Errorf("the %s is in %s", what, m.Subject)
			}
		}
	}
}
