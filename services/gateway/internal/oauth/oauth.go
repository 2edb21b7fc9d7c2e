// Package oauth is the HTTP side of the authorization server: its endpoints
// in the standard's form (/auth) and in DIRAC's (/oauth2), and the pages on
// which people sign in and decide. It is separate from the protocol, which is
// the auth service's: here is what browsers, headers and forms make of it.
package oauth

import (
	"embed"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// The roots of the two forms.
const (
	Root      = "/auth"
	DIRACRoot = "/oauth2"
)

// Deps is what the doors need of the gateway.
type Deps struct {
	Backend  backend.Backend
	Prover   edge.Prover
	Browsers *browser.Browsers
	URLs     func(*http.Request) string // how clients reach this server
	Issuer   string
	// PublicSetups are those of DIRAC that everybody may see; none: who is
	// known sees their own.
	PublicSetups []string
	// Pages reports whether a path is of a program that has joined, to whose
	// pages a login may lead back; nil: there are none.
	Pages func(path string) bool
	Now   func() time.Time
}

type door struct {
	Deps
	form      authapi.Form
	providers *providers
}

// Containers are the two forms.
func Containers(d Deps) []rest.Container {
	p := &providers{ask: d.Backend.Federation.Providers, now: d.Now}
	standard := &door{d, authapi.FormOIDC, p}
	dirac := &door{d, authapi.FormDIRAC, p}
	return []rest.Container{
		rest.MustExamples(examples, "examples/oauth.http").Of(standard.standard()),
		rest.MustExamples(examples, "examples/dirac.http").Of(dirac.dirac()),
	}
}

//go:embed examples
var examples embed.FS

func (d *door) standard() rest.Container {
	return rest.Container{
		Name: "oauth", Root: Root, Title: "OAuth 2 and OpenID Connect",
		Doc:          "Signing in, for people and for the applications that act for them.",
		Authenticate: d.authenticate, Errors: d.writeError, Wrap: wrapped, MaxBody: maxBody,
		Routes: append(wellKnown(d),
			public("GET /authorize", "Ask a person to let a client in", "RFC 6749, section 4.1, with PKCE (RFC 7636). The answer leads the browser on.", d.authorize),
			foreign(public("POST /authorize", "The same, in a form", "As `GET`, with the parameters in the body (OpenID Connect Core, section 3.1.2.1).", d.authorize)),
			public("GET /authorization", "Another name of it", "As `GET /authorize`.", d.authorize),
			foreign(public("POST /authorization", "Another name of it", "As `POST /authorize`.", d.authorize)),
			foreign(public("POST /token", "Get tokens", "RFC 6749, section 5: `authorization_code`, `refresh_token`, `client_credentials` and device codes (RFC 8628).", d.token)),
			foreign(public("POST /device", "Begin to connect a device", "RFC 8628, section 3.1.", d.startDevice)),
			foreign(public("POST /introspect", "What a token is", "RFC 7662, for confidential clients.", d.introspect)),
			foreign(public("POST /revoke", "End a token", "RFC 7009.", d.revoke)),
			known("GET /userinfo", "Who the token's user is", "OpenID Connect Core, section 5.3.", d.userInfo),
			foreign(known("POST /userinfo", "The same", "As `GET`; the token is in the header `Authorization`.", d.userInfo)),
			known("GET /refresh-tokens", "Which applications act for you", "One for each consent.", d.refreshTokens),
			known("DELETE /refresh-tokens/{id}", "Disconnect one", "Every token of it ends.", d.dropRefreshToken),
			public("GET /jwk", "Keys of tokens", "A JSON Web Key Set (RFC 7517).", d.keys),

			public("GET /login", "Sign in", "The page with the form, and with the providers at which one can sign in instead.", d.loginPage),
			public("POST /login", "Sign in with a name and password, or the connection's certificate", "What the page's form sends. It begins a session in a cookie and leads the browser to where it came from.", d.login),
			public("GET /login/{provider}", "Sign in at another provider", "Leads the browser to the provider, which leads it back to `/redirect`.", d.loginElsewhere),
			public("GET /redirect", "Where other providers lead back to", "Only for browsers that were led to the provider from here.", d.loginBack),
			known("GET /consent", "What an application wants", "The page on which a person who is signed in allows or denies it; who has nothing to decide is led on.", d.consentPage),
			known("POST /consent", "Allow or deny it", "What the page's form sends. The browser is led back to the application.", d.consent),
			known("GET /device", "Connect a device", "The page that asks for the code that the device shows (RFC 8628, section 3.3), and then says what the device wants.", d.devicePage),
			known("POST /device/decide", "Allow or deny it", "What the page's form sends.", d.decideDevice),
			public("GET /logout", "Sign out", "OpenID Connect RP-Initiated Logout 1.0.", d.logout),
			foreign(public("POST /logout", "The same", "As `GET`, with the parameters in the body.", d.logout)),
			known("GET /account", "What acts for you", "The page that lists the applications that were let in and the API keys.", d.accountPage),
			known("POST /account", "End something of it", "What the page's forms send: disconnect an application, revoke a key, or sign out everywhere.", d.account),
		),
	}
}

// foreign lets pages of other sites send the request: browsers add nothing to
// it that it looks at, or no more than to a link.
func foreign(r rest.Route) rest.Route {
	r.CrossOrigin = true
	return r
}

func public(pattern, title, text string, f func(http.ResponseWriter, *http.Request) error) rest.Route {
	return route(pattern, who.Public, title, text, f)
}

// known is for whoever the credentials that the route takes are somebody's.
func known(pattern, title, text string, f func(http.ResponseWriter, *http.Request) error) rest.Route {
	return route(pattern, who.Authenticated, title, text, f)
}

func route(pattern string, rule who.Rule, title, text string, f func(http.ResponseWriter, *http.Request) error) rest.Route {
	return rest.Raw(pattern, rule, rest.Doc{Title: title, Text: text, Tags: []string{"sign-in"}, Errors: []fault.Kind{fault.Unavailable}}, f)
}

// root is what stands before every path of a link: a proxy may serve us under
// a prefix. Links name no host, so that no Host header leads anybody astray.
func (d *door) root(r *http.Request) string {
	u, err := url.Parse(d.URLs(r))
	if err != nil {
		return ""
	}
	return strings.TrimRight(u.EscapedPath(), "/")
}

// lead sends a browser on. What it does next is always a GET.
func lead(w http.ResponseWriter, to string) error {
	h := w.Header()
	h.Set("Location", to)
	h.Set("Referrer-Policy", "no-referrer") // the address it comes from may hold a code
	w.WriteHeader(http.StatusSeeOther)
	return nil
}
