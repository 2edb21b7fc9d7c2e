package oauth

import (
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/clientauth"
)

// redirectOf is where a client's answers go. A URI that was sent must be a
// registered one byte by byte (RFC 9700, section 2.1); of a native client on
// this machine the port may differ (RFC 8252, section 7.3).
func redirectOf(c clientauth.Client, sent string) (string, error) {
	if sent == "" {
		if len(c.Redirects) == 1 {
			return c.Redirects[0], nil
		}
		return "", authapi.Refuse(authapi.InvalidRequest, "redirect_uri is missing, and the client has not exactly one.")
	}
	same := func(registered string) bool {
		return sent == registered || c.Native && samePlace(sent, registered)
	}
	if !slices.ContainsFunc(c.Redirects, same) {
		return "", authapi.Refuse(authapi.InvalidRequest, "redirect_uri is not registered for this client.")
	}
	return sent, nil
}

// samePlace compares the text around the ports, and nothing is unescaped: two
// URIs that merely mean the same are different here.
func samePlace(a, b string) bool {
	hostA, restA, okA := loopback(a)
	hostB, restB, okB := loopback(b)
	return okA && okB && hostA == hostB && restA == restB
}

// loopback splits an http URI of this machine into its host and whatever
// follows the port, both as they are written.
func loopback(uri string) (host, rest string, ok bool) {
	after, found := strings.CutPrefix(uri, "http://")
	u, err := url.Parse(uri)
	if !found || err != nil || u.User != nil || strings.ContainsAny(uri, "#\\ ") {
		return "", "", false
	}
	end := strings.IndexAny(after, "/?")
	if end < 0 {
		end = len(after)
	}
	authority := after[:end]
	if port := u.Port(); port != "" {
		authority = strings.TrimSuffix(authority, ":"+port)
	}
	ip := net.ParseIP(strings.Trim(authority, "[]"))
	if authority != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return "", "", false
	}
	return authority, after[end:], true
}

// answerAt appends an answer to a redirect URI's own query. The issuer goes
// along, so that a client of several servers knows who answers (RFC 9207).
func (s *Server) answerAt(uri, state string, answer url.Values) authapi.Redirect {
	answer.Set("iss", s.Issuer)
	return authapi.Redirect{URL: appended(uri, state, answer)}
}

func appended(uri, state string, answer url.Values) string {
	if state != "" {
		answer.Set("state", state)
	}
	switch {
	case len(answer) == 0:
		return uri
	case !strings.Contains(uri, "?"):
		return uri + "?" + answer.Encode()
	case strings.HasSuffix(uri, "?"), strings.HasSuffix(uri, "&"):
		return uri + answer.Encode()
	default:
		return uri + "&" + answer.Encode()
	}
}

// origin is what the page's form must be allowed to lead to.
func origin(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
