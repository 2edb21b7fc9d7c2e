// Package app is core4's model of an application: handlers with properties,
// known by their qualified names, bundled in containers under one root, whose
// answers come in one envelope. It is separate from rest, whose tables it
// becomes, because not every container wants this voice.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Env is what a server gives to its containers.
type Env struct {
	// Authenticate finds out who asks for a protected handler. No credentials
	// is the zero Principal and nil. It may set headers of the answer. nil:
	// whoever serves the containers knows, as rest.Serve does.
	Authenticate func(*Call) (who.Principal, error)
	// Permissions are those of who asks (see package perm). nil: what the
	// gateway tells that a program has joined; operators may do everything.
	Permissions func(*Call) ([]string, error)
	// Unknown may answer in place of the error 401, and says whether it did.
	Unknown func(*Call) bool
	// Standard are rules that every container has behind its own: what people
	// sign in with.
	Standard []Rule

	// URLs is how clients reach this server; nil: links are paths.
	URLs func(*http.Request) string
	// TokenExpires is when what the caller showed ends; zero or nil: never, as
	// far as anybody knows.
	TokenExpires func(*Call) time.Time

	// Joined are containers of other programs whose handlers are in the
	// listings of this one; nil: there are none.
	Joined func() []Joined
	// FirstSeen is when an owner's handler was first there, by its rsc_id, of
	// those that do not say so themselves; the owner of this program's own is
	// "". Zero or nil: nobody knows.
	FirstSeen func(owner, id string) time.Time

	Version string // of the program, in every envelope
	Contact string // whom people may ask; shown on pages of errors
	Now     func() time.Time
	Log     *slog.Logger

	// Config is core4's tree of settings (see WithEnvironment). Below the
	// qualified names of containers and handlers are theirs; those of section
	// 11 that are read here stand in the fields that follow, where these are
	// not set.
	Config      map[string]any
	AllowOrigin string // api.allow_origin; empty: every origin
	Debug       bool   // api.setting.debug: errors tell where they came from
	Compress    bool   // api.setting.compress_response
}

// settings takes from the tree what the fields do not say.
func (e *Env) settings() error {
	api := section(e.Config, "api")
	for name, known := range readOfAPI {
		warnUnknown(e.Log, name, section(e.Config, name), known...)
	}
	origin, _ := textSetting(api, "allow_origin")
	e.AllowOrigin = cmp.Or(e.AllowOrigin, origin, "*")
	var errs [2]error
	e.Debug, errs[0] = truthSetting(section(api, "setting"), "debug", e.Debug)
	e.Compress, errs[1] = truthSetting(section(api, "setting"), "compress_response", e.Compress)
	return errors.Join(errs[:]...)
}

// server is an Env with what is remembered between requests.
type server struct {
	Env
	sets      sets
	mappers   []*mapper
	begun     time.Time
	templates templates
	shipped   fs.FS // the default static files
}

// Containers makes containers ready for a rest.Server. It fails, with all
// reasons at once, where two of them share a root, rules of one clash, or a
// handler lacks what it must have.
func Containers(env Env, list ...Container) ([]rest.Container, error) {
	env.Now, env.Log = orNow(env.Now), orDiscard(env.Log)
	errs := []error{env.settings()}
	s := &server{Env: env, begun: env.Now()}
	errs = append(errs, s.defaults())
	var out []rest.Container
	roots := map[string]bool{}
	for _, c := range list {
		c, err := s.configure(c)
		if c.Disabled && err == nil {
			s.Log.WarnContext(context.Background(), "container is not enabled", "container", c.Name)
			continue
		}
		made, fails := s.container(c)
		if err = errors.Join(err, fails); roots[made.Root] {
			err = errors.Join(err, clash("routing root", cmp.Or(made.Root, "/")))
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("container [%s]: %w", c.Name, err))
		}
		roots[made.Root] = true
		out = append(out, made)
	}
	return out, errors.Join(errs...)
}

func orNow(now func() time.Time) func() time.Time {
	if now == nil {
		return time.Now
	}
	return now
}

func orDiscard(log *slog.Logger) *slog.Logger {
	if log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return log
}

// asker finds out who asks, for a protected handler; nil leaves that to
// whoever serves the containers.
func (s *server) asker() func(http.ResponseWriter, *http.Request) (who.Principal, error) {
	if s.Authenticate == nil {
		return nil
	}
	return func(w http.ResponseWriter, r *http.Request) (who.Principal, error) {
		c := s.call(w, r)
		c.w, c.r = w, r
		return s.Authenticate(c)
	}
}

var errMethod = fault.New(fault.Unsupported, "request.method", "Method Not Allowed").WithStatus(http.StatusMethodNotAllowed)
