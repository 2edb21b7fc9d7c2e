package dirac

import (
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
)

// tokenParameter carries an access token in a query or an urlencoded form.
const tokenParameter = "access_token"

// authenticate takes a token from wherever DIRAC's clients put it and shows
// it to the gateway in the one form that the gateway knows.
func (d *door) authenticate(w http.ResponseWriter, r *http.Request) (who.Principal, error) {
	token, err := parameterToken(w, r)
	if err != nil {
		return who.Principal{}, err
	}
	header := headerToken(r.Header.Get("Authorization"))
	if token != "" && header != "" && token != header {
		return who.Principal{}, ambiguous("The token in the header is not the one in the parameters.")
	}
	if token == "" {
		token = header
	}
	if token == "" {
		return d.Authenticate(w, r)
	}
	plain := r.Clone(r.Context())
	plain.Header.Set("Authorization", "Bearer "+token)
	return d.Authenticate(w, plain)
}

// headerToken reads "Bearer T" and "T Bearer", which is how DIRAC's manual
// has it.
func headerToken(header string) string {
	words := strings.Fields(header)
	if len(words) != 2 {
		return ""
	}
	for i, word := range words {
		if strings.EqualFold(word, "bearer") {
			return words[1-i]
		}
	}
	return ""
}

// parameterToken reads access_token from the query or an urlencoded form.
func parameterToken(w http.ResponseWriter, r *http.Request) (string, error) {
	tokens := r.URL.Query()[tokenParameter]
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media == mediaForm && r.Header.Get("Authorization") == "" {
		if err := parseForm(w, r); err != nil {
			return "", err
		}
		tokens = append(tokens, r.PostForm[tokenParameter]...)
	}
	for _, t := range tokens {
		if t != tokens[0] {
			return "", ambiguous("There are several tokens in the parameters.")
		}
	}
	if len(tokens) == 0 {
		return "", nil
	}
	return tokens[0], nil
}

func parseForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxManifests)
	return bodyError(r.ParseForm())
}

// bodyError says what kept a body from being read.
func bodyError(err error) error {
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &tooLarge):
		return fault.New(fault.Exhausted, "request_too_large", "The request is larger than %d bytes.", tooLarge.Limit).
			WithStatus(http.StatusRequestEntityTooLarge)
	default:
		return fault.Wrap(err, fault.Invalid, "invalid_request", "The body cannot be read as what it is said to be.")
	}
}

func ambiguous(text string) error { return fault.New(fault.Invalid, "invalid_request", "%s", text) }
