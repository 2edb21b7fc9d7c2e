package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/cmd/heddle/internal/signin"
)

// The exit codes, so that scripts can tell what to do next.
const (
	exitFailed      = 1 // the job failed
	exitUsage       = 2
	exitRefused     = 3 // invalid or never possible
	exitNotFound    = 4
	exitAuth        = 5
	exitConflict    = 6
	exitTemporary   = 7 // unreachable or overloaded: try again
	exitTimeout     = 8 // --timeout is over
	exitInterrupted = 130
)

// exit ends with a code and without a message: all is said.
type exit struct{ code int }

func (e *exit) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// usageError is a mistake on the command line.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

func usage(err error) error { return usageError{err} }

func usagef(format string, args ...any) error { return usage(fmt.Errorf(format, args...)) }

// usageArgs makes cobra's complaints about arguments usage errors.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if check == nil {
			return nil
		}
		if err := check(c, args); err != nil {
			return usage(err)
		}
		return nil
	}
}

func exitCode(err error) int {
	var e *exit
	var u usageError
	var p *api.Problem
	var away *api.Unreachable
	switch {
	case err == nil:
		return 0
	case errors.As(err, &e):
		return e.code
	case errors.As(err, &u):
		return exitUsage
	case errors.As(err, &p):
		return problemCode(p.Status)
	case errors.As(err, &away):
		return exitTemporary
	case errors.Is(err, signin.ErrEnded), errors.Is(err, signin.ErrRefused):
		return exitAuth
	case errors.Is(err, signin.ErrTooLate):
		return exitTimeout
	case errors.Is(err, context.DeadlineExceeded):
		return exitTimeout
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	default:
		return exitUsage
	}
}

func problemCode(status int) int {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return exitAuth
	case http.StatusNotFound, http.StatusGone:
		return exitNotFound
	case http.StatusConflict, http.StatusPreconditionFailed, http.StatusPreconditionRequired:
		return exitConflict
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return exitTemporary
	case http.StatusInternalServerError:
		return exitTemporary
	default:
		return exitRefused
	}
}

// advice says what to do next, where the message does not.
func advice(err error) string {
	var u usageError
	var p *api.Problem
	switch {
	case errors.As(err, &u):
		return "See --help of the command."
	case !errors.As(err, &p) || p.Code == "auth.wrong": // a password was typed wrong
		return ""
	case p.Status == http.StatusUnauthorized:
		return "Sign in with `heddle login`."
	case p.Code == "access.role":
		return "This is for operators; sign in as one with `heddle login`. `heddle whoami` says who you are now."
	case p.Status == http.StatusPreconditionFailed:
		return "Look at it again, and repeat this if you still want to."
	case problemCode(p.Status) == exitTemporary:
		return "Try again shortly."
	default:
		return ""
	}
}
