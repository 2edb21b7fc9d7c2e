package rest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Redirect is an answer that sends the client elsewhere.
type Redirect struct {
	// To is a path of this server, "/jobs?state=done", or relative to the
	// request's. Anything that leads to another site is an Invalid fault, so
	// that To may come from the request.
	To string
	// Foreign lets To be the http or https URL of any site, which must then not
	// come from the request.
	Foreign bool
	Status  int // 301, 302, 303, 307 or 308; 0 means 302
}

var redirects = []int{http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect}

func (to Redirect) write(w *writer, _ *http.Request, reply Reply) error {
	status := or(to.Status, or(reply.Status, http.StatusFound))
	if !slices.Contains(redirects, status) {
		return fmt.Errorf("a redirect with status %d", status)
	}
	target, ok := to.target()
	if !ok {
		return fault.New(fault.Invalid, "request.redirect", "The address to go on to is none of this site.")
	}
	setHeaders(w.Header(), reply.Header)
	w.Header().Set("Location", target)
	w.WriteHeader(status)
	return nil
}

// target is the value of the header Location. Browsers take a backslash for a
// slash and leave out controls, so that neither may be in it.
func (to Redirect) target() (string, bool) {
	bad := func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }
	u, err := url.Parse(to.To)
	if err != nil || to.To == "" || strings.ContainsFunc(to.To, bad) || strings.HasPrefix(to.To, "//") {
		return "", false
	}
	local := u.Scheme == "" && u.Host == "" && u.Opaque == ""
	foreign := (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
	if !local && (!to.Foreign || !foreign) {
		return "", false
	}
	var b strings.Builder
	for _, c := range []byte(to.To) { // a header is ASCII
		if c < 0x80 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String(), true
}
