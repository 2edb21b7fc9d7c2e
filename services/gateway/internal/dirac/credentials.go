package dirac

import (
	"errors"
	"mime"
	"net/http"
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// tokenParameter carries an access token in a query or an urlencoded form.
const tokenParameter = "access_token"

// Door is what the dialect takes.
var Door = edge.Door{
	Basic: true, Bearer: true, Reversed: true, Certificate: true, Accept: []authapi.Kind{authapi.KindAPIKey, authapi.KindUpstream},
	Header: "X-API-Key", Query: tokenParameter, Scoped: true,
}

// authenticate takes a token from a form too, and shows it to the gateway in a
// header.
func (d *door) authenticate(w http.ResponseWriter, r *http.Request) (who.Principal, error) {
	token, err := formToken(w, r)
	if err != nil {
		return who.Principal{}, err
	}
	if token != "" {
		r = r.Clone(r.Context())
		r.Header["Authorization"] = []string{"Bearer " + token}
	}
	out, err := edge.Admit(w, r, d.Prover, Door)
	if fault.Is(err, fault.Invalid) {
		err = ambiguous(fault.From(err).Message)
	}
	if !d.OwnOnly && !out.Principal.Anonymous() { // DIRAC's GlobalJobsInfo
		out.Principal.Delegated = append(slices.Clip(out.Principal.Delegated), who.Summaries)
	}
	return out.Principal, err
}

// formToken reads access_token from an urlencoded form.
func formToken(w http.ResponseWriter, r *http.Request) (string, error) {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if media != mediaForm || r.Header.Get("Authorization") != "" {
		return "", nil
	}
	if err := parseForm(w, r); err != nil {
		return "", err
	}
	tokens := r.PostForm[tokenParameter]
	for _, t := range tokens {
		if t != tokens[0] {
			return "", ambiguous("There are several tokens in the form.")
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
