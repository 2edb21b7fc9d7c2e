package federation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// fresh is how long a discovery document is kept.
const fresh = 24 * time.Hour

// algorithms are those that are taken from a provider that offers them.
var algorithms = []string{oidc.RS256, oidc.ES256, oidc.EdDSA, oidc.PS256}

// upstream is one provider, and what is known of it.
type upstream struct {
	Config
	client   *http.Client
	redirect string // where it sends browsers back to
	now      func() time.Time
	document *kept[document]
	keys     *kept[keySet]
}

// document is what a provider says of itself.
type document struct {
	oidc *oidc.Provider
	algs []string // of ID tokens
	meta
}

type meta struct {
	Keys     string   `json:"jwks_uri"`
	Auth     []string `json:"token_endpoint_auth_methods_supported"`
	Algs     []string `json:"id_token_signing_alg_values_supported"`
	SaysWho  bool     `json:"authorization_response_iss_parameter_supported"` // RFC 9207
	UserInfo string   `json:"userinfo_endpoint"`
}

func newUpstream(c Config, redirect string, patience time.Duration, now func() time.Time) *upstream {
	u := &upstream{Config: c, client: newClient(patience), redirect: redirect, now: now}
	u.document = keep(now, u.discover)
	u.keys = keep(now, u.fetchKeys)
	return u
}

// known returns the provider's document. One that is out of date does while
// there is no newer.
func (u *upstream) known(ctx context.Context) (*document, error) {
	d, err := u.document.get(ctx, func(_ *document, age time.Duration) bool { return age < fresh })
	if d == nil {
		return nil, u.unreachable(err)
	}
	return d, nil
}

// discover fetches the document and refuses one that leads to where anybody
// could listen.
func (u *upstream) discover(ctx context.Context) (*document, error) {
	p, err := oidc.NewProvider(oidc.ClientContext(ctx, u.client), u.Issuer)
	if err != nil {
		return nil, err
	}
	d := &document{oidc: p}
	if err := p.Claims(&d.meta); err != nil {
		return nil, err
	}
	addresses := []string{p.Endpoint().AuthURL, p.Endpoint().TokenURL, d.Keys}
	if d.UserInfo != "" {
		addresses = append(addresses, d.UserInfo)
	}
	for _, a := range addresses {
		if !safeAddress(a, u.onLoopback()) {
			return nil, fmt.Errorf("the discovery document names no safe address where one must be, but %q", a)
		}
	}
	if d.algs = common(d.Algs); len(d.algs) == 0 {
		return nil, errors.New("none of its signature algorithms is taken here")
	}
	return d, nil
}

// common are the algorithms that both take; who does not say takes all.
func common(theirs []string) []string {
	if theirs == nil {
		return algorithms
	}
	return slices.DeleteFunc(slices.Clone(algorithms), func(a string) bool { return !slices.Contains(theirs, a) })
}

// oauth is the client that this is of the provider.
func (u *upstream) oauth(d *document, secret string) *oauth2.Config {
	e := d.oidc.Endpoint()
	e.AuthStyle = oauth2.AuthStyleInHeader
	if secret == "" || d.Auth != nil && !slices.Contains(d.Auth, "client_secret_basic") {
		e.AuthStyle = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{ClientID: u.ClientID, ClientSecret: secret, Endpoint: e, RedirectURL: u.redirect, Scopes: u.Scopes}
}
