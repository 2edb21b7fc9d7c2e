package oauth

import (
	"net/http"
	"net/url"

	"github.com/heddle-dev/heddle/pkg/rest/page"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser"
	"github.com/heddle-dev/heddle/services/gateway/internal/oauth/pages"
)

// logoutFields are what a client may send along, and what the page's form
// carries on.
var logoutFields = []string{"id_token_hint", "client_id", "post_logout_redirect_uri", "state"}

// logout ends the browser's session: at once if a client shows that it means
// this very person, else after asking. It leads to registered addresses only.
func (d *door) logout(w http.ResponseWriter, r *http.Request) error {
	f, err := both(w, r)
	if err != nil {
		return err
	}
	v := visit(r)
	if r.Method == http.MethodPost && v.Nobody() && len(f["csrf"]) == 0 {
		// A page of another site sent it, so the browser held its cookie back;
		// it has it when it comes by itself.
		return lead(w, d.root(r)+Root+"/logout?"+kept(f).Encode())
	}
	answer, err := d.Backend.OAuth.Logout(r.Context(), authapi.LogoutRequest{
		IDTokenHint: once(f, "id_token_hint"), ClientID: once(f, "client_id"),
		RedirectURI: once(f, "post_logout_redirect_uri"), State: once(f, "state"),
	})
	if err != nil {
		return err
	}
	agreed := r.Method == http.MethodPost && v.Sent("logout", "", once(f, "csrf"))
	if !v.Nobody() && !agreed && answer.User != v.Principal.ID {
		return d.askLogout(w, r, v, f, answer)
	}
	if err := d.Browsers.SignOut(w, r); err != nil {
		return err
	}
	if answer.URL != "" {
		return lead(w, answer.URL)
	}
	return d.signedOut(w, r, "You are signed out here.")
}

// kept are the parameters that a logout is about.
func kept(f url.Values) url.Values {
	v := url.Values{}
	for _, name := range logoutFields {
		if value := once(f, name); value != "" {
			v.Set(name, value)
		}
	}
	return v
}

func (d *door) askLogout(w http.ResponseWriter, r *http.Request, v browser.Visit, f url.Values, answer authapi.LogoutAnswer) error {
	p := pages.Logout{Frame: d.frame(r, "Sign out?"), CSRF: v.Token("logout", "")}
	for name, values := range kept(f) {
		p.Hidden = append(p.Hidden, pages.Hidden{Name: name, Value: values[0]})
	}
	return pages.Write(w, r, http.StatusOK, pages.LogoutPage, p, answer.URL)
}

func (d *door) signedOut(w http.ResponseWriter, r *http.Request, text string) error {
	p := pages.Done{Frame: page.Frame{Root: d.root(r), Title: "Signed out", Shape: page.Door}, Text: text,
		Link: d.root(r) + Root + "/login", LinkText: "Sign in again"}
	return pages.Write(w, r, http.StatusOK, pages.DonePage, p, "")
}
