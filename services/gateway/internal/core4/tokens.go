package core4

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// Tokens puts core4's tokens where its clients look for them. The doors of
// programs that have joined do so with the same.
type Tokens struct {
	Core4 authapi.Core4
	URLs  func(*http.Request) string // how clients reach this server
	Now   func() time.Time
	Log   *slog.Logger
	// Refresh is core4's api.token.refresh: a token older than this is
	// followed by a new one. Zero: an hour.
	Refresh time.Duration
}

// Renew gives whoever came with a token of core4 that is no longer fresh a new
// one, in the headers of the answer. The one they came with is good to its own
// end.
func (t Tokens) Renew(h http.Header, r *http.Request, p edge.Proven) {
	after := t.Refresh
	if after == 0 {
		after = time.Hour
	}
	if !isCore4(p) || t.Now().Sub(p.Resolved.Issued) <= after {
		return
	}
	if _, err := t.issue(h, r, p); err != nil {
		t.Log.WarnContext(r.Context(), "a token of core4 was not renewed", "reason", err)
	}
}

// isCore4 reports whether a caller showed a token that core4's login gave.
func isCore4(p edge.Proven) bool {
	return p.Resolved != nil && p.Principal.Method == who.MethodSession && !p.Resolved.Issued.IsZero()
}

// issue makes a token that continues a credential, and puts it where clients
// look for it.
func (t Tokens) issue(h http.Header, r *http.Request, p edge.Proven) (string, error) {
	made, err := t.Core4.IssueCore4(service(r.Context()), authapi.Core4Request{User: p.Principal.ID, Position: p.Facts.Position})
	if err != nil {
		return "", err
	}
	h.Set("Token", made.Token)
	t.setCookie(h, r, made.Cookie)
	return made.Token, nil
}

// cookieLife is how long browsers keep the cookie. The token in it ends sooner.
const cookieLife = 30 * 24 * time.Hour

func (t Tokens) setCookie(h http.Header, r *http.Request, sealed string) {
	t.putCookie(h, r, &http.Cookie{Value: sealed, Quoted: true, Expires: t.Now().Add(cookieLife)})
}

// dropCookie takes the cookie away, also one that this answer was to set.
func (t Tokens) dropCookie(h http.Header, r *http.Request) {
	t.putCookie(h, r, &http.Cookie{MaxAge: -1, Expires: time.Unix(1, 0)})
}

func (t Tokens) putCookie(h http.Header, r *http.Request, cookie *http.Cookie) {
	cookie.Name, cookie.Path, cookie.HttpOnly, cookie.SameSite = cookieName, "/", true, http.SameSiteLaxMode
	cookie.Secure = strings.HasPrefix(t.URLs(r), "https://")
	h["Set-Cookie"] = []string{cookie.String()}
}
