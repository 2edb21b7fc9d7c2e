package edge

import (
	"context"
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// Passwords says who a name and password belong to; authapi.Service does.
type Passwords interface {
	Verify(context.Context, authapi.PasswordRequest) (who.Principal, error)
}

// Tokens says whose an access token is, and what it stands on.
type Tokens interface {
	Verify(ctx context.Context, token string) (who.Principal, who.Facts, error)
}

// Authenticator turns the credentials of a request into its principal.
type Authenticator struct {
	Passwords Passwords
	Tokens    Tokens
}

// Authenticate is for rest.Container: no credentials is nobody; credentials
// that are there but wrong are Unauthenticated, so that no caller mistakes
// themselves for somebody; Unavailable means that they could not be checked.
func (a *Authenticator) Authenticate(_ http.ResponseWriter, r *http.Request) (who.Principal, error) {
	return a.Credentials(r)
}

// Credentials is Authenticate for doors with an answer of their own.
func (a *Authenticator) Credentials(r *http.Request) (who.Principal, error) {
	values := r.Header.Values("Authorization")
	switch {
	case len(values) == 0 || len(values) == 1 && values[0] == "":
		return who.Principal{}, nil
	case len(values) > 1:
		return who.Principal{}, unreadable("There is more than one Authorization header.")
	}
	scheme, rest, _ := strings.Cut(values[0], " ")
	switch strings.ToLower(scheme) {
	case "basic":
		return a.basic(r)
	case "bearer":
		p, _, err := a.Tokens.Verify(r.Context(), strings.TrimSpace(rest))
		return known(p, err)
	default:
		return who.Principal{}, unreadable("The authorization scheme is not known; Basic and Bearer are.")
	}
}

func (a *Authenticator) basic(r *http.Request) (who.Principal, error) {
	name, password, ok := r.BasicAuth()
	if !ok || name == "" {
		return who.Principal{}, unreadable("The Basic credentials are not readable.")
	}
	p, err := known(a.Passwords.Verify(r.Context(), authapi.PasswordRequest{Name: name, Password: password}))
	if err == nil {
		p.Method = "password"
	}
	return p, err
}

// known makes sure that success has a name.
func known(p who.Principal, err error) (who.Principal, error) {
	if err != nil {
		return who.Principal{}, err
	}
	if p.Anonymous() {
		return who.Principal{}, unreadable("The credentials are nobody's.")
	}
	return p, nil
}

func unreadable(text string) error {
	return fault.New(fault.Unauthenticated, "credentials.invalid", "%s", text)
}
