package oauth

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser"
	"github.com/heddle-dev/heddle/services/gateway/internal/oauth/pages"
)

// consentPage shows what a client wants, unless there is nothing to ask.
func (d *door) consentPage(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r)
	if err != nil {
		return err
	}
	v := visit(r)
	p, err := d.Backend.OAuth.Pending(as(r, v), authapi.PendingRequest{ID: once(q, "r")})
	if err != nil {
		return err
	}
	on, err := d.onward(r, v, p)
	if err != nil {
		return err
	}
	if on != "" {
		return lead(w, on)
	}
	return d.showConsent(w, r, v, p, nil, http.StatusOK, "")
}

// consent takes the answer. What is wrong with it is said on the page.
func (d *door) consent(w http.ResponseWriter, r *http.Request) error {
	f, err := body(w, r)
	if err != nil {
		return err
	}
	v, id := visit(r), once(f, "r")
	p, err := d.Backend.OAuth.Pending(as(r, v), authapi.PendingRequest{ID: id})
	if err != nil {
		return err
	}
	if !v.Sent("consent", id, once(f, "csrf")) {
		return d.showConsent(w, r, v, p, nil, http.StatusForbidden, strange)
	}
	answer, notice := decision(f, v)
	if notice != "" {
		return d.showConsent(w, r, v, p, f, http.StatusBadRequest, notice)
	}
	answer.ID = id
	to, err := d.Backend.OAuth.Decide(as(r, v), answer)
	if err == nil {
		return lead(w, to.URL)
	}
	if authapi.ErrorCode(err) == authapi.LoginRequired {
		return lead(w, d.page(r, "/login", id))
	}
	if status, text, ok := d.explained(w, r, err); ok {
		return d.showConsent(w, r, v, p, f, status, text)
	}
	return err
}

const strange = "This answer did not come from this page, so it was not taken. Please answer here."

// decision reads an answer.
func decision(f url.Values, v browser.Visit) (authapi.Decision, string) {
	answer := authapi.Decision{
		Group: once(f, "group"), Setup: once(f, "setup"), AuthTime: v.Proved, Position: v.Facts.Position,
	}
	switch once(f, "grant") {
	case "Grant":
		answer.Grant = true
	case "Deny":
		return answer, ""
	default:
		return answer, "Please allow or deny it."
	}
	if hours := once(f, "accessTime"); hours != "" {
		n, err := strconv.Atoi(hours)
		if err != nil || n < 1 || n > maxHours {
			return answer, "The hours must be a number from 1 to " + strconv.Itoa(maxHours) + "."
		}
		answer.Lifetime = time.Duration(n) * time.Hour
	}
	return answer, ""
}

const maxHours = 720

// explained is an error that a person can do something about, on the page
// where it happened.
func (d *door) explained(w http.ResponseWriter, r *http.Request, err error) (int, string, bool) {
	f := fault.From(err)
	switch f.Kind {
	case fault.Exhausted:
		wait(w, f)
		return statusOf(f), "Too many attempts. Wait " + later(f.RetryAfter) + ", then try again.", true
	case fault.Unavailable, fault.Timeout:
		return statusOf(f), "That did not work just now. Try again in a few seconds.", true
	}
	switch authapi.ErrorCode(err) {
	case authapi.AccessDenied, authapi.InvalidGrant, authapi.InvalidScope:
		return http.StatusForbidden, "You cannot allow this: " + f.Message, true
	}
	return 0, "", false
}

func (d *door) showConsent(w http.ResponseWriter, r *http.Request, v browser.Visit, p authapi.Pending, answered url.Values, status int, notice string) error {
	c := d.question(r, v, p, answered)
	c.Title, c.Notice, c.CSRF = "Allow access?", notice, v.Token("consent", p.ID)
	return pages.Write(w, r, status, pages.ConsentPage, c, p.FormTarget)
}

// question is a request in a person's words, with what they answered before.
func (d *door) question(r *http.Request, v browser.Visit, p authapi.Pending, answered url.Values) pages.Consent {
	c := pages.Consent{
		Frame: d.frame(r, ""), Client: *client(p.Client), DN: v.Principal.DN, ID: p.ID,
		Group:    pages.Choice{Name: "group", Label: "In the group", Options: p.Groups, Chosen: cmp.Or(once(answered, "group"), v.Principal.Group)},
		Lifetime: span(p.Lifetime),
	}
	for _, s := range p.Scopes {
		c.Scopes = append(c.Scopes, pages.Scope{Scope: s.Scope, Text: s.Text})
	}
	if p.Form == authapi.FormDIRAC {
		c.Setup = pages.Choice{Name: "setup", Label: "Setup", Options: p.Setups, Chosen: once(answered, "setup")}
		c.Hours = max(1, int(p.Lifetime/time.Hour))
		if n, err := strconv.Atoi(once(answered, "accessTime")); err == nil {
			c.Hours = n
		}
	}
	if !slices.Contains(c.Group.Options, c.Group.Chosen) {
		c.Group.Chosen = ""
	}
	return c
}
