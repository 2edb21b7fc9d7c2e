package browser

import (
	"net/http"
	"strings"
)

// The cookies. A visitor is a browser before anybody has signed in: its login
// form hangs on that cookie.
const (
	sessionCookie = "heddle"
	visitorCookie = "heddle-visitor"
)

const hostPrefix = "__Host-"

// name is a cookie's name. Over TLS it has the prefix that keeps sibling hosts
// and plain connections from setting it (RFC 6265bis, section 4.1.3.2).
func (b *Browsers) name(r *http.Request, cookie string) string {
	if b.Secure(r) {
		return hostPrefix + cookie
	}
	return cookie
}

// cookie is a cookie's value. Several of one name are none: one of them is
// somebody else's.
func (b *Browsers) cookie(r *http.Request, cookie string) string {
	if all := r.CookiesNamed(b.name(r, cookie)); len(all) == 1 {
		return all[0].Value
	}
	return ""
}

// set sets a cookie for as long as the browser runs; an empty value takes it
// away. The session itself ends in the store.
func (b *Browsers) set(w http.ResponseWriter, r *http.Request, cookie, value string) {
	c := &http.Cookie{
		Name: b.name(r, cookie), Value: value, Path: "/",
		HttpOnly: true, Secure: b.Secure(r), SameSite: http.SameSiteLaxMode,
	}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// Own reports whether a cookie is one of this package's: nobody else may see
// or set it.
func Own(name string) bool {
	plain := strings.TrimPrefix(name, hostPrefix)
	return plain == sessionCookie || plain == visitorCookie
}
