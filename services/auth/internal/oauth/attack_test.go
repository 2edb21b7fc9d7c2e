package oauth_test

import (
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
)

func TestCodeReplayed(t *testing.T) {
	t.Parallel()
	w := start(t)
	code := w.code(authapi.FormOIDC, ask())
	first := w.tokens(redeem(code))
	if !w.lives(first.AccessToken) {
		t.Fatal("a fresh token is not active")
	}
	w.refused(authapi.InvalidGrant, redeem(code))
	if w.lives(first.AccessToken) {
		t.Error("the first bearer's token lives on")
	}
	w.refused(authapi.InvalidGrant, refreshing(first.RefreshToken))
}

func TestCodeReplayedAfterARefreshAndAfterItsEnd(t *testing.T) {
	t.Parallel()
	w := start(t)
	code := w.code(authapi.FormOIDC, ask())
	first := w.tokens(redeem(code))
	second := w.tokens(refreshing(first.RefreshToken))
	w.advance(6 * time.Minute) // the code's own life is over
	w.refused(authapi.InvalidGrant, redeem(code))
	if w.lives(first.AccessToken) || w.lives(second.AccessToken) {
		t.Error("a token of the family lives on")
	}
	w.refused(authapi.InvalidGrant, refreshing(second.RefreshToken))
}

// Of two at once one at most is answered, and what it got is over.
func TestCodeReplayedByTwoAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	for range 1000 {
		code := w.code(authapi.FormOIDC, ask())
		var won atomic.Int64
		var got atomic.Value
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if tokens, err := w.exchange(redeem(code)); err == nil {
					won.Add(1)
					got.Store(tokens.AccessToken)
				} else if authapi.ErrorCode(err) != authapi.InvalidGrant {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		token, _ := got.Load().(string)
		if won.Load() > 1 || token != "" && w.lives(token) {
			t.Fatalf("%d won, and %q lives", won.Load(), token)
		}
	}
}

// The replay can come between the winner's look at the user and its grant.
func TestReplayOvertakesTheGrant(t *testing.T) {
	t.Parallel()
	w := start(t)
	code := w.code(authapi.FormOIDC, ask())
	w.reading = func() {
		w.reading = nil
		w.refused(authapi.InvalidGrant, redeem(code))
	}
	w.refused(authapi.InvalidGrant, redeem(code))
}

// What ends the user's or the client's things between the look at them and the
// grant ends the tokens of it, too.
func TestAnEndOvertakesTheGrant(t *testing.T) {
	t.Parallel()
	for _, fact := range []string{"user/u1", "client/web"} {
		w := start(t)
		code := w.code(authapi.FormOIDC, ask())
		w.writing = func() {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.over[fact] = w.position
			w.position++
		}
		if token := w.tokens(redeem(code)).AccessToken; w.lives(token) {
			t.Errorf("%s ended before the grant began, and %+v stands", fact, claims(t, token).Facts)
		}
		w.writing = nil
		if token := w.tokens(redeem(w.code(authapi.FormOIDC, ask()))).AccessToken; !w.lives(token) {
			t.Errorf("%s ended before, and so did %+v", fact, claims(t, token).Facts)
		}
	}
}

// Each misuse of a code is refused, and the code is gone afterwards.
func TestCodesOfOthersAndWrongVerifiers(t *testing.T) {
	t.Parallel()
	confidential := ask("code_challenge", "", "code_challenge_method", "")
	for name, c := range map[string]struct {
		asked url.Values
		pairs []string
		code  string
	}{
		"another client, public":       {ask(), []string{"client_id", "other", "client_secret", ""}, "invalid_grant"},
		"another client, confidential": {ask(), []string{"client_id", "two"}, "invalid_grant"},
		"no verifier":                  {ask(), []string{"code_verifier", ""}, "invalid_grant"},
		"wrong verifier":               {ask(), []string{"code_verifier", verifier + "x"}, "invalid_grant"},
		"short verifier":               {ask("code_challenge", s256("short")), []string{"code_verifier", "short"}, "invalid_grant"},
		"long verifier":                {ask("code_challenge", s256(strings.Repeat("a", 129))), []string{"code_verifier", strings.Repeat("a", 129)}, "invalid_grant"},
		"the challenge as verifier":    {ask(), []string{"code_verifier", s256(verifier)}, "invalid_grant"},
		"a verifier without challenge": {confidential, nil, "invalid_grant"},
		"redirect left out":            {ask(), []string{"redirect_uri", ""}, "invalid_grant"},
		"another redirect":             {ask("client_id", "two"), []string{"client_id", "two", "redirect_uri", "https://two.example/"}, "invalid_grant"},
		"not sent, then another":       {ask("redirect_uri", ""), []string{"redirect_uri", "https://two.example/"}, "invalid_grant"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			code := w.code(authapi.FormOIDC, c.asked)
			w.refused(c.code, redeem(code, c.pairs...))
			w.refused(authapi.InvalidGrant, redeem(code))
			for id, g := range w.grants {
				if g.revoked == "" {
					t.Errorf("grant %s stands", id)
				}
			}
		})
	}
}

// A wrong secret does not reach the code.
func TestAWrongSecretCostsNoCode(t *testing.T) {
	t.Parallel()
	w := start(t)
	code := w.code(authapi.FormOIDC, ask())
	w.refused(authapi.InvalidClient, redeem(code, "client_secret", "wrong"))
	w.tokens(redeem(code))
}

func TestRedirectRuleOfCodes(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.tokens(redeem(w.code(authapi.FormOIDC, ask("redirect_uri", "")), "redirect_uri", ""))
	w.tokens(redeem(w.code(authapi.FormOIDC, ask("redirect_uri", "")))) // the registered one, sent late
	w.tokens(redeem(w.code(authapi.FormOIDC, ask("code_challenge", "", "code_challenge_method", "")), "code_verifier", ""))
}

func TestCodeEnds(t *testing.T) {
	t.Parallel()
	w := start(t)
	code := w.code(authapi.FormOIDC, ask())
	w.advance(5 * time.Minute)
	w.refused(authapi.InvalidGrant, redeem(code))
}

// Whoever lost a right between their consent and the token has no token.
func TestUserChangesBetweenConsentAndToken(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*person){
		"disabled":   func(p *person) { p.disabled = true },
		"group left": func(p *person) { p.groups = p.groups[1:] },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			code := w.code(authapi.FormOIDC, ask())
			change(w.users["u1"])
			w.refused(authapi.InvalidGrant, redeem(code))

			w = start(t)
			tokens := w.tokens(redeem(w.code(authapi.FormOIDC, ask())))
			change(w.users["u1"])
			w.refused(authapi.InvalidGrant, refreshing(tokens.RefreshToken))
		})
	}
}

func refreshing(token string, pairs ...string) url.Values {
	return vals(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {"web"}, "client_secret": {"secret"}}, pairs...)
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	w := start(t)
	first := w.tokens(redeem(w.code(authapi.FormOIDC, ask())))
	second := w.tokens(refreshing(first.RefreshToken, "scope", "openid api:read"))
	if c := claims(t, second.AccessToken); second.Scope != "openid api:read" || strings.Join(c.Principal.Scopes, " ") != second.Scope {
		t.Errorf("narrowed: %s, %v", second.Scope, c.Principal.Scopes)
	}
	third := w.tokens(refreshing(second.RefreshToken))
	if third.Scope != "openid offline_access api" {
		t.Errorf("narrowing one token narrowed the grant: %s", third.Scope)
	}
	w.refused(authapi.InvalidGrant, refreshing(first.RefreshToken)) // reuse
	w.refused(authapi.InvalidGrant, refreshing(third.RefreshToken)) // the family is over
	if w.lives(third.AccessToken) {
		t.Error("its token lives on")
	}
}

func TestRefreshAttacks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pairs []string
		code  string
	}{
		"another client":       {[]string{"client_id", "two"}, "invalid_grant"},
		"a public one":         {[]string{"client_id", "other", "client_secret", ""}, "invalid_grant"},
		"wider":                {[]string{"scope", "openid profile"}, "invalid_scope"},
		"operator":             {[]string{"scope", "operator"}, "invalid_scope"},
		"another group":        {[]string{"scope", "g:admins"}, "invalid_scope"},
		"no scope":             {[]string{"scope", "root"}, "invalid_scope"},
		"no secret":            {[]string{"client_secret", ""}, "invalid_client"},
		"no token":             {[]string{"refresh_token", ""}, "invalid_request"},
		"an access one":        {[]string{"refresh_token", seal("access", oauth.AccessClaims{})}, "invalid_grant"},
		"one before the first": {[]string{"refresh_token", seal("refresh", refresh{"g", 0, "web"})}, "invalid_grant"},
		"a later one":          {[]string{"refresh_token", seal("refresh", refresh{"g", 9, "web"})}, "invalid_grant"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			first := w.tokens(redeem(w.code(authapi.FormOIDC, ask())))
			w.refused(c.code, refreshing(first.RefreshToken, c.pairs...))
			w.tokens(refreshing(first.RefreshToken)) // what was refused has used nothing up
		})
	}
}

func TestRefreshAtOnceAndAfterTheEnd(t *testing.T) {
	t.Parallel()
	w := start(t)
	tokens := w.tokens(redeem(w.code(authapi.FormOIDC, ask())))
	var won atomic.Int64
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if _, err := w.exchange(refreshing(tokens.RefreshToken)); err == nil {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 || w.lives(tokens.AccessToken) {
		t.Errorf("%d of ten at once, and the family lives: %v", won.Load(), w.lives(tokens.AccessToken))
	}
	late := w.tokens(redeem(w.code(authapi.FormOIDC, ask("scope", "openid offline_access lifetime:600"))))
	if late.ExpiresIn != 600 {
		t.Errorf("a token outlives its grant: %d s", late.ExpiresIn)
	}
	w.advance(10 * time.Minute)
	w.refused(authapi.InvalidGrant, refreshing(late.RefreshToken))
}

// A consent is decided once, in person, in a session that stands, for a group
// of one's own.
func TestDecisions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pairs  []string
		caller who.Principal
		change func(w *world, d *authapi.Decision)
		ok     bool
	}{
		"good":                   {caller: who.Principal{ID: "u1", Method: who.MethodSession}, ok: true},
		"a token":                {caller: who.Principal{ID: "u1", Method: who.MethodToken, Scopes: []string{"api"}}},
		"an API key":             {caller: who.Principal{ID: "u1", Method: who.MethodAPIKey}},
		"nobody":                 {},
		"forged group":           {caller: who.Principal{ID: "u2", Method: who.MethodSession}, change: func(_ *world, d *authapi.Decision) { d.Group = "admins" }},
		"not that group":         {pairs: []string{"scope", "g:users"}, caller: who.Principal{ID: "u1", Method: who.MethodSession}, change: func(_ *world, d *authapi.Decision) { d.Group = "admins" }},
		"not that setup":         {caller: who.Principal{ID: "u1", Method: who.MethodSession}, change: func(_ *world, d *authapi.Decision) { d.Group, d.Setup = "admins", "Test" }},
		"others' property":       {pairs: []string{"scope", "p:JobAdministrator"}, caller: who.Principal{ID: "u2", Method: who.MethodSession}},
		"own property":           {pairs: []string{"scope", "p:JobAdministrator"}, caller: who.Principal{ID: "u1", Method: who.MethodSession}, ok: true},
		"another VO":             {pairs: []string{"scope", "vo:cms"}, caller: who.Principal{ID: "u1", Method: who.MethodSession}},
		"a session that is over": {caller: who.Principal{ID: "u1", Method: who.MethodSession}, change: func(w *world, d *authapi.Decision) { w.over["user/u1"] = d.Position }},
		"too old":                {pairs: []string{"max_age", "60"}, caller: who.Principal{ID: "u1", Method: who.MethodSession}, change: func(_ *world, d *authapi.Decision) { d.AuthTime = at.Add(-61 * time.Second) }},
		"just young enough":      {pairs: []string{"max_age", "60"}, caller: who.Principal{ID: "u1", Method: who.MethodSession}, change: func(_ *world, d *authapi.Decision) { d.AuthTime = at.Add(-60 * time.Second) }, ok: true},
		"not signed in anew":     {pairs: []string{"prompt", "login"}, caller: who.Principal{ID: "u1", Method: who.MethodSession}, change: func(_ *world, d *authapi.Decision) { d.AuthTime = at.Add(-time.Second) }},
		"expired":                {caller: who.Principal{ID: "u1", Method: who.MethodSession}, change: func(w *world, _ *authapi.Decision) { w.advance(15 * time.Minute) }},
		"flushed":                {caller: who.Principal{ID: "u1", Method: who.MethodSession}, change: func(w *world, _ *authapi.Decision) { w.store.Flush() }},
		"another request":        {caller: who.Principal{ID: "u1", Method: who.MethodSession}, change: func(_ *world, d *authapi.Decision) { d.ID = "x" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			p, err := w.authorize(authapi.FormOIDC, ask(c.pairs...))
			if err != nil {
				t.Fatal(err)
			}
			d := w.decision(p.ID)
			if c.change != nil {
				c.change(w, &d)
			}
			to, err := w.Decide(who.With(t.Context(), c.caller), d)
			if got := err == nil && answer(t, to.URL).Get("code") != ""; got != c.ok {
				t.Errorf("%s, %v", to.URL, err)
			}
			if c.ok {
				if again, err := w.Decide(who.With(t.Context(), c.caller), d); err == nil {
					t.Errorf("twice: %s", again.URL)
				}
			}
		})
	}
}

// Consent given before is not asked for again, but never of a program that
// anybody could be.
func TestConsented(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		client, user, prompt string
		want                 bool
	}{
		"confidential": {"web", "u2", "", true},
		"asked anew":   {"web", "u2", "consent", false},
		"public":       {"other", "u2", "", false},
		"two groups":   {"web", "u1", "", false},
	} {
		w := start(t)
		w.grants["g"] = &family{Begun: oauth.Begun{User: c.user, Client: c.client, Group: "users", Scopes: []string{"openid", "offline_access", "api"}}}
		p, err := w.authorize(authapi.FormOIDC, ask("client_id", c.client, "prompt", c.prompt))
		if err != nil || p.Consented || p.Groups != nil {
			t.Fatalf("%s, nobody: %+v, %v", name, p, err)
		}
		p, err = w.Pending(as(t.Context(), c.user), authapi.PendingRequest{ID: p.ID})
		if err != nil || p.Consented != c.want || len(p.Groups) == 0 || p.FormTarget != "https://app.example" {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

func TestFail(t *testing.T) {
	t.Parallel()
	w := start(t)
	p, err := w.authorize(authapi.FormOIDC, ask("prompt", "none"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Fail(t.Context(), authapi.Failure{ID: p.ID, Code: "whatever"}); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
	to, err := w.Fail(t.Context(), authapi.Failure{ID: p.ID, Code: "login_required"})
	if err != nil || answer(t, to.URL).Get("error") != "login_required" || answer(t, to.URL).Get("state") != "st" {
		t.Errorf("%s, %v", to.URL, err)
	}
	if _, err := w.Fail(t.Context(), authapi.Failure{ID: p.ID, Code: "login_required"}); err == nil {
		t.Error("twice")
	}
}

// While the store is away everything says so, and nothing is lost by it.
func TestStoreDown(t *testing.T) {
	t.Parallel()
	w := start(t)
	code := w.code(authapi.FormOIDC, ask())
	w.store.Fail(fault.New(fault.Unavailable, "flow.store_down", "down"))
	w.refused(authapi.TemporarilyUnavailable, redeem(code))
	if _, err := w.authorize(authapi.FormOIDC, ask()); authapi.ErrorCode(err) != authapi.TemporarilyUnavailable {
		t.Error(err)
	}
	w.tokens(url.Values{"grant_type": {"client_credentials"}, "client_id": {"web"}, "client_secret": {"secret"}})
	w.store.Fail(nil)
	w.tokens(redeem(code))
}
