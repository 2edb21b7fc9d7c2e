package app

import (
	"slices"
	"strings"
	"sync"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/perm"
)

// allow is the one place where permissions are enforced: an operator may use
// everything; others need an api:// permission that matches one of the
// handler's names and covers the method, and of a tenant's handler
// app://client/NAME to the letter as well.
func allow(set perm.Set, r *Resource, method, client string) error {
	if !set.API(method, r.permNames()...) || r.Tenant && !set.Tenant(client) {
		return ErrDenied
	}
	return nil
}

// ErrDenied refuses whoever is known and has no permission.
var ErrDenied = fault.New(fault.Denied, "core4.permission", "You have no permission for this.")

// permit lets the caller in, or says that they may not.
func (s *server) permit(c *Call) error {
	if err := s.know(c); err != nil {
		return err
	}
	return allow(c.Perms, c.resource, c.r.Method, c.Client)
}

// know finds out what the caller may. A credential that was made without the
// operator's role does not make an operator.
func (s *server) know(c *Call) error {
	perms, err := s.permissions(c)
	if err != nil {
		return err
	}
	if !who.From(c.Context()).Operator() {
		perms = slices.DeleteFunc(slices.Clone(perms), func(p string) bool { return p == perm.Everything })
	}
	c.Perms = s.sets.compiled(perms)
	return nil
}

func (s *server) permissions(c *Call) ([]string, error) {
	switch {
	case s.Permissions != nil:
		return s.Permissions(c)
	case c.User().Operator():
		return []string{perm.Everything}, nil
	default:
		return rest.Permissions(c.Context()), nil
	}
}

// sets remembers what lists of permissions compile to: few users have a list
// that nobody else has, and everybody comes again.
type sets struct {
	mu   sync.Mutex
	held map[string]perm.Set
}

// maxSets bounds what is remembered.
const maxSets = 1000

func (s *sets) compiled(perms []string) perm.Set {
	key := strings.Join(perms, "\n") // no permission has white space
	s.mu.Lock()
	defer s.mu.Unlock()
	set, ok := s.held[key]
	if ok {
		return set
	}
	if len(s.held) >= maxSets || s.held == nil {
		s.held = map[string]perm.Set{}
	}
	set = perm.Compile(perms)
	s.held[key] = set
	return set
}
