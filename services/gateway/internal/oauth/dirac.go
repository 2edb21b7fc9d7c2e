package oauth

import (
	"net/http"
	"slices"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// dirac is DIRAC's form: its parameters come in the address or in a form.
func (d *door) dirac() rest.Container {
	return rest.Container{
		Name: "dirac-auth", Root: DIRACRoot, Title: "DIRAC sign-in",
		Doc:          "OAuth 2 in the form that DIRAC's REST clients know: by certificate, or through the browser.",
		Authenticate: d.authenticate, Errors: d.writeError, Wrap: wrapped, MaxBody: maxBody,
		Routes: []rest.Route{
			public("GET /auth", "Ask a person to let a client in", "RFC 6749, section 4.1. The answer leads the browser on, at first to where one signs in.", d.authorize),
			foreign(public("POST /auth", "The same, in a form", "As `GET`, with the parameters in the body.", d.authorize)),
			public("GET /token", "Get a token", "By certificate (`grant_type=client_credentials` with `group` and `setup`), or for a code.", d.diracToken),
			public("POST /token", "The same", "As `GET`; the parameters may come in the address or in a form.", d.diracToken),
			known("GET /groups", "Your groups", "With a certificate or a token.", d.groups),
			d.shownTo("GET /setups", "Your setups", "With a certificate or a token, unless the operator opened it.", d.setups),
			known("GET /clients", "Registered applications", "For operators and holders of ServiceAdministrator.", d.clients),
			known("POST /clients", "Register an application", "`Name`, `Redirect` (repeatable), `URL`, `Icon`.", d.register),
			known("DELETE /clients/{id}", "Forget an application", "By id or name; its tokens end.", d.unregister),
		},
	}
}

func (d *door) diracToken(w http.ResponseWriter, r *http.Request) error {
	return exchange(d, w, r, d.inBoth, d.Backend.OAuth.Exchange)
}

// groups are the caller's: those of the certificate's holder, or of the
// token's user.
func (d *door) groups(w http.ResponseWriter, r *http.Request) error {
	p := provenTo(r)
	list := p.Principal.Groups
	if p.Resolved == nil { // a token shows one group only
		me, err := d.Backend.Profiles.Me(r.Context(), authapi.Empty{})
		if err != nil {
			return err
		}
		list = me.Groups
	}
	return answer(w, http.StatusOK, map[string][]string{"groups": listed(list)})
}

// setups are those that the caller's groups may use; of a token, the one that
// it is for.
func (d *door) setups(w http.ResponseWriter, r *http.Request) error {
	list := d.PublicSetups
	switch p := provenTo(r); {
	case p.Resolved != nil:
		list = p.Resolved.Setups
	case !p.Principal.Anonymous():
		list = []string{p.Principal.Setup}
	}
	return answer(w, http.StatusOK, map[string][]string{"setups": listed(list)})
}

// shownTo makes a route for everybody, or for whoever is known.
func (d *door) shownTo(pattern, title, text string, f func(http.ResponseWriter, *http.Request) error) rest.Route {
	if len(d.PublicSetups) > 0 {
		return public(pattern, title, text, f)
	}
	return known(pattern, title, text, f)
}

func listed(of []string) []string {
	if of == nil {
		return []string{}
	}
	return slices.Clone(of)
}
