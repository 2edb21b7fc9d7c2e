package oauth

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/page"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// failure is RFC 6749's form of an error (section 5.2), with its status, which
// DIRAC's clients look for.
type failure struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
	Status      int    `json:"status"`
}

// writeError answers people with a page and programs with JSON. Who must sign
// in first is led there, and back.
func (d *door) writeError(w http.ResponseWriter, r *http.Request, f *fault.Error) {
	if kindOf(r).pages() && page.Wanted(r) {
		if f.Kind == fault.Unauthenticated && kindOf(r) == forPeople {
			_ = lead(w, d.loginFor(r))
			return
		}
		if d.errorPage(w, r, f) == nil {
			return
		}
	}
	if authapi.ErrorCode(f) == authapi.InvalidClient && tried(r) {
		f = f.WithStatus(http.StatusUnauthorized) // RFC 6749, section 5.2
	}
	status := rest.Status(f)
	d.challenge(w, r, f)
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Del("Content-Length")
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return
	}
	text, _ := json.Marshal(failure{codeOf(r, f), describe(f), status})
	_, _ = w.Write(text) // the client may be gone
}

// codeOf is the protocol's code; where it has none, what other doors say.
func codeOf(r *http.Request, f *fault.Error) string {
	switch {
	case f.Kind == fault.Missing && f.Code != "oauth."+authapi.InvalidRequest:
		return "not_found"
	case f.Kind == fault.Unauthenticated && kindOf(r) == forBearers && presented(r):
		return authapi.InvalidToken
	case f.Kind == fault.Unauthenticated && !strings.HasPrefix(f.Code, "oauth."):
		return "unauthorized"
	default:
		return authapi.ErrorCode(f)
	}
}

func describe(f *fault.Error) string {
	parts := []string{f.Message}
	for _, field := range f.Fields {
		parts = append(parts, field.Name+" "+field.Message+".")
	}
	return strings.Join(parts, " ")
}

// challenge says how to prove oneself: clients as they tried, bearers by RFC
// 6750, section 3, where who sent nothing is not told of an error.
func (d *door) challenge(w http.ResponseWriter, r *http.Request, f *fault.Error) {
	code, status := authapi.ErrorCode(f), rest.Status(f)
	realm := `realm="heddle"`
	if d.form == authapi.FormDIRAC {
		realm = `realm="dirac"`
	}
	var text string
	switch {
	case code == authapi.InsufficientScope:
		text = "Bearer " + realm + `, error="insufficient_scope", scope="openid"`
	case status != http.StatusUnauthorized:
		return
	case kindOf(r) == forClients && tried(r):
		text = "Basic " + realm
	case kindOf(r) == forBearers && presented(r):
		text = "Bearer " + realm + `, error="invalid_token"`
	default:
		text = "Bearer " + realm
	}
	w.Header()["Www-Authenticate"] = []string{text}
}

// tried reports whether a client proved itself in the header, or tried to.
func tried(r *http.Request) bool {
	return strings.HasPrefix(strings.ToLower(r.Header.Get("Authorization")), "basic")
}

// presented reports whether a request bore anything that might be a token.
func presented(r *http.Request) bool {
	return r.Header.Get("Authorization") != "" || r.URL.Query().Has("access_token")
}

// errorPage says what went wrong and what a person can do.
func (d *door) errorPage(w http.ResponseWriter, r *http.Request, f *fault.Error) error {
	status := rest.Status(f)
	p := page.Error{
		Frame: d.frame(r, ""), Status: status, Reason: "This did not work", Text: f.Message, Request: logx.Request(r.Context()),
	}
	switch {
	case status == http.StatusTooManyRequests:
		p.Reason, p.Advice = "Too many attempts", "Wait "+later(f.RetryAfter)+" and try again."
	case status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout:
		p.Reason, p.Advice = "Not just now", "Something that signing in needs does not answer. Try again in a few seconds; what you did here is not lost."
	case status == http.StatusBadGateway:
		p.Reason, p.Advice = "The other provider does not answer", "Try again shortly, or sign in in another way."
		p.Link = page.Link{Text: "Sign in", URL: d.root(r) + Root + "/login"}
	case status >= 500:
		p.Advice = "The operators can find it by the request below."
	case status == http.StatusNotFound:
		p.Reason, p.Advice = "There is nothing here", "Look at the address again, or start at the application."
	default:
		p.Advice = "Go back to the application and start there again. If that does not help, tell its makers what you see here."
	}
	p.Title = p.Reason
	return p.Write(w, r)
}
