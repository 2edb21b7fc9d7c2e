package federation

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/heddle-dev/heddle/services/auth/internal/assertion"
)

// Begun is a login under way. All of it is secret: who has the state and the
// browser can end it.
type Begun struct {
	unprinted
	URL      string // where the browser goes
	State    string // what it brings back
	Nonce    string // what the ID token must name
	Verifier string // of PKCE
}

// Answer is what a browser brought back, and what was kept of the beginning.
type Answer struct {
	unprinted
	Provider        string
	Code, Issuer    string
	Error           string
	Nonce, Verifier string
}

// Begin makes a login at the provider of that name.
func (p *Providers) Begin(ctx context.Context, name string) (Begun, error) {
	u, err := p.named(name)
	if err != nil {
		return Begun{}, err
	}
	d, err := u.known(ctx)
	if err != nil {
		return Begun{}, err
	}
	b := Begun{State: random(), Nonce: random(), Verifier: oauth2.GenerateVerifier()}
	b.URL = u.oauth(d, "").AuthCodeURL(b.State, oidc.Nonce(b.Nonce), oauth2.S256ChallengeOption(b.Verifier))
	return b, nil
}

// random is 256 bits as text.
func random() string {
	b := make([]byte, 32)
	rand.Read(b) // it never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// Finish asks the provider who the code is for.
func (p *Providers) Finish(ctx context.Context, a Answer) (Identity, error) {
	u, err := p.named(a.Provider)
	if err != nil {
		return Identity{}, err
	}
	d, err := u.known(ctx)
	if err != nil {
		return Identity{}, err
	}
	switch {
	case a.Issuer != u.Issuer && (a.Issuer != "" || d.SaysWho): // another provider's answer (RFC 9207)
		return Identity{}, u.untrusted(errors.New("the answer is from another issuer, or does not say from which"))
	case a.Error != "":
		return Identity{}, u.refused(fmt.Errorf("its answer is the error %q", a.Error))
	case a.Code == "":
		return Identity{}, u.untrusted(errors.New("the answer has no code"))
	}
	tokens, err := u.redeem(ctx, d, a)
	if err != nil {
		return Identity{}, err
	}
	return u.signedIn(ctx, d, tokens, a.Nonce)
}

// redeem exchanges the code.
func (u *upstream) redeem(ctx context.Context, d *document, a Answer) (*oauth2.Token, error) {
	secret, err := u.secret()
	if err != nil {
		return nil, u.unreachable(fmt.Errorf("client_secret_file: %w", err))
	}
	tokens, err := u.oauth(d, secret).Exchange(oidc.ClientContext(ctx, u.client), a.Code, oauth2.VerifierOption(a.Verifier))
	var no *oauth2.RetrieveError
	switch {
	case errors.As(err, &no) && no.Response.StatusCode < http.StatusInternalServerError:
		// Not the body: some quote the request there.
		return nil, u.refused(fmt.Errorf("its token endpoint answers %d %q", no.Response.StatusCode, no.ErrorCode))
	case errors.As(err, &no):
		return nil, u.unreachable(fmt.Errorf("its token endpoint answers %d", no.Response.StatusCode))
	case err != nil:
		return nil, u.unreachable(err)
	default:
		return tokens, nil
	}
}

// signedIn reads the ID token (OpenID Connect Core, section 3.1.3.7).
func (u *upstream) signedIn(ctx context.Context, d *document, tokens *oauth2.Token, nonce string) (Identity, error) {
	raw, _ := tokens.Extra("id_token").(string)
	t, err := u.verify(ctx, assertion.ProviderID, raw, d.algs, u.ClientID)
	switch {
	case errors.Is(err, errNotValid):
		return Identity{}, u.untrusted(err)
	case err != nil:
		return Identity{}, err
	case subtle.ConstantTimeCompare([]byte(t.Nonce), []byte(nonce)) != 1:
		return Identity{}, u.untrusted(errors.New("the ID token is for another login"))
	case t.AccessTokenHash != "" && t.VerifyAccessToken(tokens.AccessToken) != nil:
		return Identity{}, u.untrusted(errors.New("the access token is not that of the ID token"))
	}
	m, err := membersOf(t)
	if err != nil {
		return Identity{}, u.untrusted(err)
	}
	if azp, there := m.text("azp"); there && azp != u.ClientID || !there && len(slices.Compact(t.Audience)) > 1 {
		return Identity{}, u.untrusted(errors.New("the ID token is for another client"))
	}
	if u.incomplete(m) && d.UserInfo != "" {
		if err := u.complete(ctx, d, tokens, t.Subject, m); err != nil {
			return Identity{}, err
		}
	}
	return u.identity(t, m)
}
