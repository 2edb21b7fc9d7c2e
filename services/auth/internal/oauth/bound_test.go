package oauth_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
)

// What is bound to a certificate is refreshed with that one only, also by a
// client that has nothing else to prove itself with.
func TestBoundGrants(t *testing.T) {
	t.Parallel()
	peer := func(thumb string) authapi.Peer {
		if thumb == "" {
			return authapi.Peer{}
		}
		return authapi.Peer{Certificate: &authapi.Certificate{SHA256: thumb, Expires: at.Add(time.Hour)}}
	}
	for thumb, good := range map[string]bool{"mine": true, "other": false, "": false} {
		w := start(t)
		code := w.code(authapi.FormOIDC, ask("client_id", "other", "scope", "api offline_access bound"))
		first, err := w.Exchange(t.Context(), authapi.ExchangeRequest{Peer: peer("mine"),
			Params: redeem(code, "client_id", "other", "client_secret", "")})
		if err != nil || claims(t, first.AccessToken).Facts.CertSHA256 != "mine" {
			t.Fatal(err)
		}
		next, err := w.Exchange(t.Context(), authapi.ExchangeRequest{Peer: peer(thumb),
			Params: refreshing(first.RefreshToken, "client_id", "other", "client_secret", "")})
		if good != (err == nil) || !good && authapi.ErrorCode(err) != authapi.InvalidGrant {
			t.Errorf("%q: %v", thumb, err)
		}
		if _, err := w.Exchange(t.Context(), authapi.ExchangeRequest{Peer: peer("mine"),
			Params: refreshing(first.RefreshToken, "client_id", "other", "client_secret", "")}); (err == nil) == good {
			t.Errorf("%q, and then its own certificate: %v", thumb, err)
		}
		if good && claims(t, next.AccessToken).Facts.CertSHA256 != "mine" {
			t.Error("the next token is not bound")
		}
	}
}

// A grant lives for the least of what the person, the scope, the group and we
// ourselves allow.
func TestLifetimes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		form          authapi.Form
		scope         string
		group, chosen time.Duration
		want          time.Duration
	}{
		{authapi.FormOIDC, "", 0, 0, 720 * time.Hour},
		{authapi.FormDIRAC, "", 0, 0, 24 * time.Hour},
		{authapi.FormDIRAC, "", 0, 100 * time.Hour, 100 * time.Hour},
		{authapi.FormDIRAC, "", 0, 10000 * time.Hour, 720 * time.Hour},
		{authapi.FormOIDC, "lifetime:60", 0, time.Hour, time.Minute},
		{authapi.FormOIDC, "", time.Minute, time.Hour, time.Minute},
		{authapi.FormOIDC, "lifetime:60", time.Second, 0, time.Second},
		{authapi.FormOIDC, "", 0, -time.Hour, 720 * time.Hour},
	} {
		w := start(t)
		w.users["u2"].groups = []oauth.Group{{Name: "users", Lifetime: c.group}}
		p, err := w.authorize(c.form, ask("scope", c.scope))
		if err != nil {
			t.Fatal(err)
		}
		d := w.decision(p.ID)
		d.Lifetime = c.chosen
		to, err := w.Decide(as(t.Context(), "u2"), d)
		if err != nil {
			t.Fatal(err)
		}
		w.tokens(redeem(answer(t, to.URL).Get("code")))
		for _, g := range w.grants {
			if got := g.Expires.Sub(at); got != c.want {
				t.Errorf("%+v: %v", c, got)
			}
		}
	}
}

// Who may not allow what was asked for is told what they lack; clients hear
// no more than that the grant is not good.
func TestWhatSomebodyLacks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ scope, chosen, text string }{
		{"g:admins", "", "The user is not in the group admins."},
		{"", "admins", "The user is not in the group admins."},
		{"vo:cms", "", "The user is in no group of the virtual organisation cms."},
		{"vo:cms", "users", "The user is not in the group users of the virtual organisation cms."},
		{"p:JobAdministrator", "users", "The property JobAdministrator is not the user's."},
	} {
		w := start(t)
		p, err := w.authorize(authapi.FormOIDC, ask("scope", "openid "+c.scope))
		if err != nil || p.Refused != "" {
			t.Fatalf("%v, %s", err, p.Refused)
		}
		d := w.decision(p.ID)
		d.Group = c.chosen
		if _, err := w.Decide(as(t.Context(), "u2"), d); authapi.ErrorCode(err) != authapi.AccessDenied || fault.From(err).Message != c.text {
			t.Errorf("%s in %q: %v", c.scope, c.chosen, err)
		}
	}
	w := start(t)
	w.refused(authapi.InvalidGrant, url.Values{"grant_type": {"client_credentials"}, "client_id": {"web"}, "client_secret": {"secret"}, "scope": {"g:admins"}})
}

// The hours that a person typed bound how long a client may renew, from the
// code's redemption on, however long that was under way; each token is good for
// a whole day, as RESTDIRAC's clients expect.
func TestAGrantLivesFromItsRedemption(t *testing.T) {
	t.Parallel()
	for hours, lives := range map[time.Duration]time.Duration{0: 24 * time.Hour, 24: 24 * time.Hour, 720: 720 * time.Hour, 2: 2 * time.Hour} {
		w := start(t)
		p, err := w.authorize(authapi.FormDIRAC, ask())
		if err != nil || p.Refused != "" {
			t.Fatalf("%v, %s", err, p.Refused)
		}
		d := w.decision(p.ID)
		d.Lifetime = hours * time.Hour
		to, err := w.Decide(as(t.Context(), "u1"), d)
		if err != nil {
			t.Fatal(err)
		}
		w.advance(90 * time.Second)
		exchange := func(form url.Values) (authapi.Tokens, error) {
			return w.Exchange(t.Context(), authapi.ExchangeRequest{Form: authapi.FormDIRAC, Params: form})
		}
		redeemed := w.now()
		tokens, err := exchange(redeem(answer(t, to.URL).Get("code")))
		if err != nil || tokens.ExpiresIn != 86400 {
			t.Fatalf("%d hours: %d s, %v", hours, tokens.ExpiresIn, err)
		}
		for id, g := range w.grants {
			if !g.Expires.Equal(redeemed.Add(lives)) {
				t.Errorf("%d hours: grant %s can be renewed until %v, not for %v", hours, id, g.Expires, lives)
			}
		}
		w.advance(lives - time.Second)
		if tokens, err = exchange(refreshing(tokens.RefreshToken)); err != nil || tokens.ExpiresIn != 86400 {
			t.Errorf("%d hours, at the last moment: %d s, %v", hours, tokens.ExpiresIn, err)
		}
	}
}
