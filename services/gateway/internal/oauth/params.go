package oauth

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

const (
	maxBody   = 64 << 10 // bytes
	maxParams = 100      // with repetitions
	formMedia = "application/x-www-form-urlencoded"
)

// query are the parameters in the address.
func query(r *http.Request) (url.Values, error) {
	v, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, authapi.Refuse(authapi.InvalidRequest, "The query cannot be read.")
	}
	return bounded(v)
}

// body are those of a form.
func body(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	text, err := formText(w, r)
	if err != nil {
		return nil, err
	}
	v, err := url.ParseQuery(text)
	if err != nil {
		return nil, authapi.Refuse(authapi.InvalidRequest, "The body cannot be read as a form.")
	}
	return bounded(v)
}

// formText is a form as it was sent. A body of another type is refused and not
// guessed at: who sends JSON has read another server's documentation.
func formText(w http.ResponseWriter, r *http.Request) (string, error) {
	if r.Body == nil || r.Body == http.NoBody || r.Method != http.MethodPost {
		return "", nil
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return "", authapi.Refuse(authapi.InvalidRequest, "The body is larger than %d bytes.", maxBody).
			WithStatus(http.StatusRequestEntityTooLarge)
	case err != nil:
		return "", fault.Wrap(err, fault.Invalid, "oauth."+authapi.InvalidRequest, "The body ended too early.")
	case len(text) == 0:
		return "", nil
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != formMedia {
		return "", authapi.Refuse(authapi.InvalidRequest, "The body must be of type %s.", formMedia)
	}
	return string(text), nil
}

// both are the parameters of the address and of the form together: one that
// is in both is repeated.
func both(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	v, err := query(r)
	if err != nil {
		return nil, err
	}
	more, err := body(w, r)
	if err != nil {
		return nil, err
	}
	for name, values := range more {
		v[name] = append(v[name], values...)
	}
	return bounded(v)
}

var errMany = authapi.Refuse(authapi.InvalidRequest, "The request has more than %d parameters.", maxParams)

func bounded(v url.Values) (url.Values, error) {
	n := 0
	for _, values := range v {
		n += len(values)
	}
	if n > maxParams {
		return nil, errMany
	}
	return v, nil
}

// once is a parameter of a form of our own, which has each field once.
func once(v url.Values, name string) string {
	if len(v[name]) != 1 || len(v[name][0]) > 8<<10 {
		return ""
	}
	return v[name][0]
}
