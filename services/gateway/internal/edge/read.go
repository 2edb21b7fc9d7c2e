package edge

import (
	"net/http"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// credential is what a request shows; the zero credential is nothing.
type credential struct {
	basic        bool
	name, secret string // of Basic; a bearer value is the secret alone
	certificate  *authapi.Certificate
}

func (c credential) none() bool { return c == credential{} }

func (c credential) bearer() bool { return !c.basic && c.certificate == nil }

// read takes the credential from wherever the door allows one. Two that are
// the same are one; two that differ are refused, for nobody can say which of
// them is meant (RFC 6750, section 2).
func (d Door) read(r *http.Request) (credential, error) {
	found, err := d.authorization(r)
	if err != nil {
		return credential{}, err
	}
	var values []string
	if d.Header != "" {
		values = r.Header.Values(d.Header)
	}
	if d.Query != "" && strings.Contains(r.URL.RawQuery, d.Query) {
		values = append(slices.Clone(values), r.URL.Query()[d.Query]...)
	}
	for _, v := range values {
		found = append(found, credential{secret: v})
	}
	switch {
	case slices.ContainsFunc(found, func(c credential) bool { return c != found[0] }):
		return credential{}, fault.New(fault.Invalid, "credentials.several", "There are several credentials in the request; send one.")
	case len(found) > 0:
		return found[0], found[0].readable()
	}
	return d.shown(r), nil
}

// authorization reads the header of that name.
func (d Door) authorization(r *http.Request) (found []credential, err error) {
	for _, v := range r.Header.Values("Authorization") {
		scheme, rest, _ := strings.Cut(v, " ")
		if d.Reversed && strings.EqualFold(strings.TrimSpace(rest), "bearer") {
			scheme, rest = "bearer", scheme
		}
		switch strings.ToLower(scheme) {
		case "":
		case "basic":
			name, password, _ := (&http.Request{Header: http.Header{"Authorization": {v}}}).BasicAuth()
			found = append(found, credential{basic: true, name: name, secret: password})
		case "bearer":
			found = append(found, credential{secret: strings.TrimSpace(rest)})
		default:
			return nil, wrong("The authorization scheme is not known.")
		}
	}
	return found, nil
}

// readable refuses what nobody's credential looks like.
func (c credential) readable() error {
	switch {
	case c.basic && c.name == "":
		return wrong("The Basic credentials are not readable.")
	case !c.basic && c.secret == "":
		return wrong("The credentials are empty.")
	}
	return nil
}

// shown is the certificate of the connection, if the door takes one. It goes
// with every request whether its sender thinks of it or not: what they say
// explicitly comes before it, and one that no authority vouches for is none.
func (d Door) shown(r *http.Request) credential {
	if !d.Certificate {
		return credential{}
	}
	c := Peer(r).Certificate
	if c == nil || !c.Trusted {
		return credential{}
	}
	return credential{certificate: c}
}

func wrong(text string) error {
	return fault.New(fault.Unauthenticated, "credentials.invalid", "%s", text)
}
