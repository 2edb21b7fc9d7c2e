package outbound

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// ErrRedirect is what a redirect that is not followed is.
var ErrRedirect = errors.New("not followed")

var (
	errTooMany = fmt.Errorf("there are too many redirects, which are %w", ErrRedirect)
	errScheme  = fmt.Errorf("a redirect leads to what is neither http nor https, and is %w", ErrRedirect)
	errPlain   = fmt.Errorf("a redirect leads from https to http, and is %w", ErrRedirect)
)

// redirects follows at most so many, each over the same guarded dialer. One
// that would turn a request into another (a PUT into a GET) is not followed: it
// is the answer. What opens the first server stays with the first server.
func redirects(most int) func(*http.Request, []*http.Request) error {
	if most == 0 {
		most = 5
	}
	return func(next *http.Request, via []*http.Request) error {
		last := via[len(via)-1]
		switch {
		case most < 0 || next.Method != last.Method:
			return http.ErrUseLastResponse
		case len(via) > most:
			return errTooMany
		case next.URL.Scheme != "http" && next.URL.Scheme != "https":
			return errScheme
		case next.URL.Scheme == "http" && last.URL.Scheme == "https":
			return errPlain
		}
		next.Header.Del("Referer") // whose query may hold a secret
		if strayed(via, next) {
			forget(next.Header)
		}
		return nil
	}
}

// strayed reports whether another server than the first had a word in where
// the next request goes.
func strayed(via []*http.Request, next *http.Request) bool {
	for _, r := range via[1:] {
		if !same(via[0].URL, r.URL) {
			return true
		}
	}
	return !same(via[0].URL, next.URL)
}

// forget removes what a server was told that no other needs to know.
func forget(h http.Header) {
	for _, name := range []string{"Authorization", "Cookie", "Proxy-Authorization", "Www-Authenticate"} {
		h.Del(name)
	}
}

// same reports whether a URL leads to the server of the first, or to the same
// host where it has changed from http to https.
func same(first, u *url.URL) bool {
	if first.Hostname() != u.Hostname() {
		return false
	}
	return first.Scheme == u.Scheme && port(first) == port(u) ||
		first.Scheme == "http" && u.Scheme == "https" && port(first) == "80" && port(u) == "443"
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}
