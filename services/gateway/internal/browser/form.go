package browser

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"

	"github.com/heddle-dev/heddle/services/gateway/internal/session"
)

// Visitor returns the value that stands for a browser where nobody has signed
// in, and gives it one if it has none.
func (b *Browsers) Visitor(w http.ResponseWriter, r *http.Request) string {
	if v := b.Known(r); v != "" {
		return v
	}
	v := session.NewID()
	b.set(w, r, visitorCookie, v)
	return v
}

// Known is a visitor's value if the browser has one, else "".
func (b *Browsers) Known(r *http.Request) string {
	if v := b.cookie(r, visitorCookie); len(v) == len(session.NewID()) {
		return v
	}
	return ""
}

// Token is what a form carries so that no other site can send it: only who
// knows the cookie can make it. It is good for one form about one thing.
func Token(cookie, form, about string) string {
	mac := hmac.New(sha256.New, []byte(cookie))
	mac.Write([]byte("form|" + form + "|" + about))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Sent reports whether a token came from such a form.
func Sent(cookie, form, about, token string) bool {
	return cookie != "" && hmac.Equal([]byte(token), []byte(Token(cookie, form, about)))
}

// Token is that of a form of a signed-in person.
func (v Visit) Token(form, about string) string { return Token(v.id, form, about) }

// Sent reports whether a token came from such a form.
func (v Visit) Sent(form, about, token string) bool { return Sent(v.id, form, about, token) }
