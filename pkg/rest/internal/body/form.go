package body

import (
	"bytes"
	"errors"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
)

// The media types of forms.
const (
	FormURL       = "application/x-www-form-urlencoded"
	FormMultipart = "multipart/form-data"
)

var errNoForm = errors.New("is no form")

// Form reads the values of a form of either encoding; the files that came
// with it are left out. contentType is the header's value. What is readable
// of a broken urlencoded form comes beside the error.
func Form(contentType string, body []byte) (url.Values, error) {
	kind, params, _ := mime.ParseMediaType(contentType)
	switch kind {
	case FormURL:
		return url.ParseQuery(string(body))
	case FormMultipart:
		return parseMultipart(body, params["boundary"])
	default:
		return nil, errNoForm
	}
}

func parseMultipart(body []byte, boundary string) (url.Values, error) {
	if boundary == "" {
		return nil, http.ErrMissingBoundary
	}
	form, err := multipart.NewReader(bytes.NewReader(body), boundary).ReadForm(int64(len(body)))
	if err != nil {
		return nil, err
	}
	return url.Values(form.Value), form.RemoveAll()
}
