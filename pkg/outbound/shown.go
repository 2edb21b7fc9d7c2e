package outbound

import (
	"errors"
	"net/url"
)

// Shown is a URL as anybody may read it: without user, password, query and
// fragment, in which secrets travel.
func Shown(u *url.URL) string {
	c := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath, Opaque: u.Opaque}
	return c.String()
}

// Reason is the error of a request without the URL, which errors of net/http
// hold whole.
func Reason(err error) error {
	for {
		var u *url.Error
		if !errors.As(err, &u) {
			return err
		}
		err = u.Err
	}
}
