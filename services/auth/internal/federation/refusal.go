package federation

import (
	"errors"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// errNotValid says that a token is not what it should be.
var errNotValid = errors.New("the token is not valid")

// maxCause bounds how much of what a provider says gets into our log.
const maxCause = 300

// unreachable says that the provider does not answer, or not as a provider does.
func (u *upstream) unreachable(cause error) error {
	if f := (*fault.Error)(nil); errors.As(cause, &f) {
		return f
	}
	return fault.Wrap(brief(cause), fault.Unavailable, "federation.unreachable",
		"%s cannot be reached at the moment, or does not answer as it should. Try again shortly, or sign in another way.", u.Title).
		WithStatus(http.StatusBadGateway).WithRetry(5 * time.Second)
}

// refused says that the provider did not sign the user in.
func (u *upstream) refused(cause error) error {
	return fault.Wrap(brief(cause), fault.Unauthenticated, "federation.refused", "%s did not sign you in.", u.Title)
}

// untrusted says that the answer is not one to go by.
func (u *upstream) untrusted(cause error) error {
	return fault.Wrap(brief(cause), fault.Unauthenticated, "federation.untrusted",
		"What %s answered cannot be trusted, so you are not signed in. Start again at the application; if it stays so, tell your administrator.", u.Title)
}

// brief keeps the beginning of a text that may hold a whole answer.
func brief(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if len(text) > maxCause {
		text = text[:maxCause] + "…"
	}
	return errors.New(text)
}
