package oauth

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// authorize takes a client's request, which its user's browser brings.
func (d *door) authorize(w http.ResponseWriter, r *http.Request) error {
	params, err := both(w, r)
	if err != nil {
		return err
	}
	v := visit(r)
	p, err := d.Backend.OAuth.Authorize(as(r, v), authapi.AuthorizeRequest{Form: d.form, Params: params, Peer: edge.Peer(r)})
	if err != nil {
		return err
	}
	if p.Refused != "" {
		return lead(w, p.Refused)
	}
	if v.Nobody() {
		if v, p, err = d.atOnce(w, r, p); err != nil {
			return err
		}
	}
	on, err := d.onward(r, v, p)
	if err != nil {
		return err
	}
	return lead(w, cmp.Or(on, d.page(r, "/consent", p.ID)))
}

// atOnce signs in the holder of a certificate, for whom the request is then
// another: theirs.
func (d *door) atOnce(w http.ResponseWriter, r *http.Request, p authapi.Pending) (browser.Visit, authapi.Pending, error) {
	v, err := d.byCertificate(w, r)
	if err != nil || v.Nobody() {
		return v, p, err
	}
	p, err = d.Backend.OAuth.Pending(as(r, v), authapi.PendingRequest{ID: p.ID})
	return v, p, err
}

// onward is where a request leads without a question: to the login, or back
// to a client that has its answer. It is empty if the person must be asked.
func (d *door) onward(r *http.Request, v browser.Visit, p authapi.Pending) (string, error) {
	silent := slices.Contains(p.Prompt, "none")
	switch stale := d.stale(v, p); {
	case stale && silent:
		return d.fail(r, p, authapi.LoginRequired)
	case stale:
		return d.page(r, "/login", p.ID), nil
	case p.Consented:
		to, err := d.Backend.OAuth.Decide(as(r, v), authapi.Decision{
			ID: p.ID, Grant: true, AuthTime: v.Proved, Position: v.Facts.Position,
		})
		return to.URL, err
	case silent:
		return d.fail(r, p, authapi.ConsentRequired)
	default:
		return "", nil
	}
}

// stale reports whether the client wants its user to sign in first.
func (d *door) stale(v browser.Visit, p authapi.Pending) bool {
	again := slices.Contains(p.Prompt, "login") || slices.Contains(p.Prompt, "select_account")
	return v.Nobody() || again && v.Proved.Before(p.Made) ||
		p.MaxAge != nil && d.Now().Sub(v.Proved) > time.Duration(*p.MaxAge)*time.Second
}

func (d *door) fail(r *http.Request, p authapi.Pending, code string) (string, error) {
	to, err := d.Backend.OAuth.Fail(r.Context(), authapi.Failure{ID: p.ID, Code: code})
	return to.URL, err
}

// page is a page about a pending request.
func (d *door) page(r *http.Request, path, id string) string {
	return d.root(r) + Root + path + "?" + url.Values{"r": {id}}.Encode()
}
