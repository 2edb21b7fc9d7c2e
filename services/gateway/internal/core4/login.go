package core4

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/media"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// loginHandler gives a token for a password or another token. It is public:
// the credentials are its input.
func (d *door) loginHandler() *app.Handler {
	return &app.Handler{
		Qual:    "core4.api.v1.request.standard.login.LoginHandler",
		Aliases: []string{"core4.api.v1.request.standard.LoginHandler"},
		Title:   "Sign in", Author: author, Public: true,
		Methods: app.Methods{http.MethodGet: d.getLogin, http.MethodPost: d.postLogin, http.MethodPut: d.putLogin},
		Docs:    docsOf(map[string]string{http.MethodGet: "login.get", http.MethodPost: "login.post", http.MethodPut: "login.put"}),
	}
}

func (d *door) getLogin(c *app.Call) (any, error) {
	if c.Prefers() == media.HTML {
		return nil, d.loginPage(c, http.StatusOK, "")
	}
	return d.login(c)
}

// postLogin is login, for programs and for the form of the page.
func (d *door) postLogin(c *app.Call) (any, error) {
	if c.Prefers() != media.HTML {
		return d.login(c)
	}
	if isReset(c) {
		return nil, d.resetByForm(c)
	}
	next := d.ownURL(c.Request(), c.Args.Text("next"))
	_, err := d.login(c)
	switch {
	case fault.Is(err, fault.Unauthenticated):
		return nil, d.loginPage(c, http.StatusUnauthorized, "The name or the password is wrong.")
	case err != nil:
		return nil, err
	case next != "":
		http.Redirect(c.Writer(), c.Request(), next, http.StatusSeeOther)
		return nil, nil
	default:
		return nil, d.donePage(c, "You are signed in.")
	}
}

func (d *door) login(c *app.Call) (any, error) {
	p, err := d.loginProof(c)
	if err == nil && p.Principal.Anonymous() {
		err = fault.New(fault.Unauthenticated, "access.credentials", "Credentials are required.")
	}
	if err != nil {
		return nil, err
	}
	token, err := d.Tokens.issue(c.Header(), c.Request(), p)
	return map[string]string{"token": token}, err
}

// loginProof takes a password or a token that a login gave, and nothing else:
// of an API key or a token for an application must not come one that may more.
func (d *door) loginProof(c *app.Call) (edge.Proven, error) {
	shown := credential{}
	switch values := c.Request().Header.Values("Authorization"); {
	case len(values) == 0:
		shown = credentialOf(c.Args, c.Request())
	case len(values) > 1:
		return edge.Proven{}, errUnreadable
	default:
		var ok bool
		if shown, ok = ofHeader(c.Request()); !ok {
			return edge.Proven{}, errUnreadable
		}
	}
	return d.resolve(c, shown, true)
}

var errUnreadable = fault.New(fault.Unauthenticated, "credentials.invalid", "The credentials are not readable, or not for this.")

func ofHeader(r *http.Request) (credential, bool) {
	if name, password, ok := r.BasicAuth(); ok {
		return credential{name: name, password: password}, name != ""
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	return credential{token: token, kind: authapi.KindCore4JWT}, strings.EqualFold(scheme, "bearer") && token != ""
}

// logoutHandler takes the cookie away. A token that somebody kept is good to
// its end, as core4's are; to end those too there is "sign out everywhere".
func (d *door) logoutHandler() *app.Handler {
	return &app.Handler{
		Qual: "core4.api.v1.request.standard.logout.LogoutHandler", Title: "Sign out", Author: author,
		Methods: app.Methods{http.MethodGet: d.logout, http.MethodPost: d.logout},
		Docs:    docsOf(map[string]string{http.MethodGet: "logout", http.MethodPost: "logout"}),
	}
}

func (d *door) logout(c *app.Call) (any, error) {
	d.Tokens.dropCookie(c.Header(), c.Request())
	c.Header().Del("Token")
	if c.Prefers() == media.HTML {
		return nil, d.loginPage(c, http.StatusOK, "You are signed out.")
	}
	return "OK", nil
}

// When a caller who is not known is sent to the login page.
const (
	RedirectAuto   = "auto" // a browser that wants to show something
	RedirectAlways = "always"
	RedirectNever  = "never"
)

// unknown sends a browser that is not signed in to where one signs in.
func (d *door) unknown(c *app.Call) bool {
	if !d.redirects(c) {
		return false
	}
	c.Header().Del("Www-Authenticate")
	http.Redirect(c.Writer(), c.Request(), d.loginURL(c.Root(), c.Request()), http.StatusFound)
	return true
}

func (d *door) redirects(c *app.Call) bool {
	switch method := c.Request().Method; d.LoginRedirect {
	case RedirectAlways:
		return true
	case RedirectNever:
		return false
	default:
		return c.Prefers() == media.HTML && (method == http.MethodGet || method == http.MethodHead)
	}
}

// secret are the arguments that must not stand in a link.
var secret = []string{"token", "username", "password", "passwd"}

// loginURL is the container's login page, and says where to go then.
func (d *door) loginURL(root string, r *http.Request) string {
	here := *r.URL
	query := here.Query()
	for _, name := range secret {
		query.Del(name)
	}
	here.RawQuery = query.Encode()
	next := d.URLs(r) + here.RequestURI()
	return root + "/login?" + url.Values{"h": {hint()}, "next": {next}}.Encode()
}

// hint makes each link to the login page another, so that none is cached: a
// random UUID.
func hint() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	s := hex.EncodeToString(b[:])
	return strings.Join([]string{s[:8], s[8:12], s[12:16], s[16:20], s[20:]}, "-")
}

// ownURL is an address of ours, or "": nobody is sent elsewhere.
func (d *door) ownURL(r *http.Request, address string) string {
	base, err := url.Parse(d.URLs(r))
	if err != nil {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != base.Scheme || u.Host != base.Host || u.User != nil || u.Opaque != "" {
		return ""
	}
	if u.Path == "" || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(address, "\\\r\n\t") {
		return ""
	}
	return u.String()
}
