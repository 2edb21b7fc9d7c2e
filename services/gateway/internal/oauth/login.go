package oauth

import (
	"net/http"
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/oauth/pages"
)

// loginPage asks who somebody is.
func (d *door) loginPage(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r)
	if err != nil {
		return err
	}
	return d.showLogin(w, r, d.placeOf(q), http.StatusOK, "", "")
}

// login takes the answer: a name and a password, or the connection's
// certificate.
func (d *door) login(w http.ResponseWriter, r *http.Request) error {
	f, err := body(w, r)
	if err != nil {
		return err
	}
	to, name := d.placeOf(f), once(f, "username")
	if !browser.Sent(d.Browsers.Known(r), "login", to.text(), once(f, "csrf")) {
		return d.showLogin(w, r, to, http.StatusForbidden, name, "This page was open for a long time, or your browser keeps no cookies. Please try again.")
	}
	var v browser.Visit
	if once(f, "with") == "certificate" {
		v, err = d.byCertificate(w, r)
	} else {
		v, err = d.byPassword(w, r, name, once(f, "password"))
	}
	switch {
	case err == nil && !v.Nobody():
		return lead(w, d.root(r)+to.path())
	case err == nil || fault.Is(err, fault.Unauthenticated):
		return d.showLogin(w, r, to, http.StatusUnauthorized, name, "That is not right. Look at the name and the password again.")
	default:
		return d.loginFails(w, r, to, name, err)
	}
}

func (d *door) byPassword(w http.ResponseWriter, r *http.Request, name, password string) (browser.Visit, error) {
	if name == "" || password == "" {
		return browser.Visit{}, nil
	}
	who, err := d.Backend.Credentials.Password(r.Context(), authapi.PasswordProof{
		Name: name, Password: password, Peer: edge.Peer(r), Login: true,
	})
	if err != nil {
		return browser.Visit{}, err
	}
	return d.Browsers.SignIn(w, r, who)
}

// byCertificate signs in the holder of the connection's certificate. One that
// we do not know is no mistake: its holder may have a password.
func (d *door) byCertificate(w http.ResponseWriter, r *http.Request) (browser.Visit, error) {
	peer := edge.Peer(r)
	if peer.Certificate == nil || !peer.Certificate.Trusted {
		return browser.Visit{}, nil
	}
	who, err := d.Backend.Credentials.Certificate(r.Context(), authapi.CertificateProof{
		Certificate: *peer.Certificate, Login: true, Address: peer.Address,
	})
	switch {
	case fault.Is(err, fault.Unauthenticated):
		return browser.Visit{}, nil
	case err != nil:
		return browser.Visit{}, err
	}
	return d.Browsers.SignIn(w, r, who)
}

// loginFails says on the page why nobody can tell just now who somebody is.
func (d *door) loginFails(w http.ResponseWriter, r *http.Request, to place, name string, err error) error {
	f := fault.From(err)
	var text string
	switch f.Kind {
	case fault.Exhausted:
		text = "Too many attempts. Wait " + later(f.RetryAfter) + ", then try again."
	case fault.Unavailable, fault.Timeout:
		text = "Signing in does not work just now. Try again in a few seconds."
	default:
		return err
	}
	wait(w, f)
	return d.showLogin(w, r, to, statusOf(f), name, text)
}

func (d *door) showLogin(w http.ResponseWriter, r *http.Request, to place, status int, name, notice string) error {
	p := pages.Login{Frame: d.frame(r, "Sign in"), Hidden: to.hidden(), Username: name}
	p.Notice = notice
	target := ""
	if to.request != "" {
		pending, err := d.Backend.OAuth.Pending(r.Context(), authapi.PendingRequest{ID: to.request})
		if err != nil {
			return err
		}
		p.Client, target = client(pending.Client), pending.FormTarget
		if name == "" {
			p.Username = pending.LoginHint
		}
		if v := visit(r); !v.Nobody() && !slices.Contains(pending.Prompt, "login") && pending.MaxAge == nil {
			p.Goes = d.root(r) + to.path()
		}
	} else if v := visit(r); !v.Nobody() && notice == "" {
		return lead(w, d.root(r)+to.path())
	}
	if c := edge.Peer(r).Certificate; c != nil && c.Trusted {
		p.Certificate = c.DN
	}
	p.CSRF = browser.Token(d.Browsers.Visitor(w, r), "login", to.text())
	p.Providers = d.otherProviders(r, to)
	return pages.Write(w, r, status, pages.LoginPage, p, target)
}

func (d *door) otherProviders(r *http.Request, to place) []pages.Provider {
	var out []pages.Provider
	for _, p := range d.providers.list(r.Context()) {
		out = append(out, pages.Provider{Title: p.Title, URL: d.root(r) + Root + "/login/" + p.Name + to.query()})
	}
	return out
}
