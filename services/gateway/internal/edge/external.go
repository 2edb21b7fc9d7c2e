package edge

import (
	"net/http"
	"regexp"
	"strings"
)

// External tells how the gateway is called from outside, for absolute links.
type External struct {
	// URL is what the operator says: scheme, host and maybe a path. It wins.
	URL string
	// TrustForwarded: a proxy in front sets X-Forwarded-Proto, -Host and
	// -Prefix, and lets no client do so.
	TrustForwarded bool
}

// saneHost is what may stand in a link: names, addresses, a port.
var saneHost = regexp.MustCompile(`^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?$`)

// Base returns the beginning of every link in the answer to r, without a
// slash at its end.
func (e External) Base(r *http.Request) string {
	if e.URL != "" {
		return strings.TrimRight(e.URL, "/")
	}
	scheme, host, prefix := "http", r.Host, ""
	if r.TLS != nil {
		scheme = "https"
	}
	if e.TrustForwarded {
		if v := forwarded(r, "X-Forwarded-Proto"); v == "http" || v == "https" {
			scheme = v
		}
		if v := forwarded(r, "X-Forwarded-Host"); v != "" {
			host = v
		}
		prefix = strings.TrimRight(forwarded(r, "X-Forwarded-Prefix"), "/")
	}
	if !saneHost.MatchString(host) {
		host = "localhost"
	}
	return scheme + "://" + host + prefix
}

// forwarded is the value of the proxy nearest to the client.
func forwarded(r *http.Request, name string) string {
	v, _, _ := strings.Cut(r.Header.Get(name), ",")
	return strings.TrimSpace(v)
}
