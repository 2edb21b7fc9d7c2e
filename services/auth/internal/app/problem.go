package app

import (
	"context"
	"errors"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/internal/client"
	"github.com/heddle-dev/heddle/services/auth/internal/group"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
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
	case errors.Is(err, client.ErrNotPublic):
		return invalid("public")
	case errors.Is(err, client.ErrNoGrant):
		return invalid("grant_types")
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

func taken(kind string, cause error) error {
	return fault.Wrap(cause, fault.Conflict, kind+".taken", "The %s exists already, with other attributes.", kind)
}

// checks collects what is wrong with a request, so that it is said at once.
type checks struct{ fields []fault.Field }

func (c *checks) add(field string, err error) {
	if err != nil {
		c.fields = append(c.fields, fault.Field{Name: field, Message: err.Error()})
	}
}

func (c *checks) err() error {
	if len(c.fields) == 0 {
		return nil
	}
	f := fault.New(fault.Invalid, "auth.invalid", "The request is not valid.")
	f.Fields = c.fields
	return f
}

// parsed reads one field of a request.
func parsed[T any](c *checks, field, text string, parse func(string) (T, error)) T {
	v, err := parse(text)
	c.add(field, err)
	return v
}
