package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/internal/client"
	"github.com/heddle-dev/heddle/services/auth/internal/group"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
	"github.com/heddle-dev/heddle/services/auth/internal/role"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
)

// problem turns what the domain, the journal, the view or the vault said into
// a fault. What it does not know is a store that does not answer.
func problem(err error) error {
	var known *fault.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.From(err)
	case errors.Is(err, es.ErrConflict):
		return fault.Wrap(err, fault.Conflict, "auth.contended", "Others change this at the same time; try again.").WithRetry(time.Second)
	case errors.Is(err, es.ErrTooLarge):
		return fault.Wrap(err, fault.Exhausted, "auth.too_large", "The request is too large.").WithStatus(413)
	}
	if f := refused(err); f != nil {
		return f
	}
	return fault.Wrap(err, fault.Unavailable, "auth.store_down", "The user database is unavailable; try again shortly.").WithRetry(2 * time.Second)
}

// refused translates the domain's refusals.
func refused(err error) error {
	invalid := func(field string) error {
		return fault.Wrap(err, fault.Invalid, "auth.invalid", "The request is not valid.").WithField(field, "%v", err)
	}
	switch {
	case errors.Is(err, user.ErrUnknown):
		return fault.Wrap(err, fault.Missing, "user.unknown", "There is no such user.")
	case errors.Is(err, user.ErrLastOperator):
		return fault.Wrap(err, fault.Conflict, "user.last_operator", "The last active operator must stay one: nobody could let anybody in any more.")
	case errors.Is(err, user.ErrNoMember):
		return fault.Wrap(err, fault.Invalid, "auth.invalid", "The default group must be one of the user's.")
	case errors.Is(err, user.ErrTooMany):
		return fault.Wrap(err, fault.Invalid, "auth.invalid", "The user has as many of these as anybody may.")
	case errors.Is(err, role.ErrUnknown):
		return unknownThing("role")
	case errors.Is(err, role.ErrTaken):
		return taken("role", err)
	case errors.Is(err, role.ErrRenamed):
		return invalid("name")
	case errors.Is(err, group.ErrUnknown):
		return unknownThing("group")
	case errors.Is(err, client.ErrUnknown):
		return unknownThing("client")
	case errors.Is(err, user.ErrTaken):
		return taken("user", err)
	case errors.Is(err, group.ErrTaken):
		return taken("group", err)
	case errors.Is(err, client.ErrTaken):
		return taken("client", err)
	case errors.Is(err, key.ErrPrivate), errors.Is(err, key.ErrKind):
		return invalid("jwk")
	case errors.Is(err, key.ErrUnknown), errors.Is(err, key.ErrOver):
		return fault.Wrap(err, fault.Conflict, "key.over", "The key has been retired.")
	case errors.Is(err, client.ErrNotPublic), errors.Is(err, client.ErrNoSecret):
		return invalid("token_endpoint_auth_method")
	case errors.Is(err, client.ErrKeys):
		return invalid("jwks")
	case errors.Is(err, client.ErrTLSSubject):
		return invalid("tls_client_auth_subject_dn")
	case errors.Is(err, client.ErrNoGrant):
		return invalid("grant_types")
	case errors.Is(err, client.ErrSteady):
		return invalid("steady_refresh_token")
	case errors.Is(err, client.ErrPublicAlone):
		return invalid("grant_types")
	case errors.Is(err, client.ErrRunAs):
		return invalid("run_as")
	case errors.Is(err, client.ErrNoRedirect):
		return invalid("redirect_uris")
	default:
		return nil
	}
}

func unknownThing(kind string) *fault.Error {
	return fault.New(fault.Missing, strings.ReplaceAll(kind, " ", "_")+".unknown", "There is no such %s.", kind)
}

func taken(kind string, cause error) error {
	return fault.Wrap(cause, fault.Conflict, kind+".taken", "The %s exists already, with other attributes.", kind)
}

// checks collects what is wrong with a request, so that it is said at once.
type checks struct {
	fields []fault.Field
	kind   *fault.Error // what it is as a whole; what cannot be read counts most
}

func (c *checks) add(field string, err error) {
	if err != nil {
		c.kind = fault.New(fault.Invalid, "auth.invalid", "The request is not valid.")
		c.fields = append(c.fields, fault.Field{Name: field, Message: err.Error()})
	}
}

// missing notes that a field names something that does not exist.
func (c *checks) missing(field, kind, name string) {
	c.note(field, fmt.Sprintf("there is no %s %q", kind, name), unknownThing(kind))
}

// taken notes that a field is somebody else's.
func (c *checks) taken(field, what, name string) {
	c.note(field, fmt.Sprintf("the %s %q is somebody else's", what, name), fault.New(fault.Conflict, what+".taken", "It is somebody else's already."))
}

func (c *checks) note(field, text string, as *fault.Error) {
	if c.kind == nil {
		c.kind = as
	}
	c.fields = append(c.fields, fault.Field{Name: field, Message: text})
}

func (c *checks) err() error {
	if c.kind == nil {
		return nil
	}
	c.kind.Fields = c.fields
	return c.kind
}

// parsed reads one field of a request.
func parsed[T any](c *checks, field, text string, parse func(string) (T, error)) T {
	v, err := parse(text)
	c.add(field, err)
	return v
}

// parsedList reads a field that is a list.
func parsedList[T any](c *checks, field string, list []string, parse func(string) (T, error)) []T {
	if len(list) > maxNames {
		c.add(field, fmt.Errorf("must not be more than %d", maxNames))
		return nil
	}
	var out []T
	for i, text := range list {
		out = append(out, parsed(c, fmt.Sprintf("%s[%d]", field, i), text, parse))
	}
	return out
}
