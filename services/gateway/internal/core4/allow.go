package core4

import (
	"slices"
	"strings"
	"sync"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/authapi/perm"
)

// allow is the one place where permissions are enforced: an operator may use
// everything; others need an api:// permission that matches one of the
// handler's names and covers the method, and of a tenant's handler
// app://client/NAME to the letter as well.
func allow(set perm.Set, h *Handler, method, client string) error {
	names := append([]string{h.Qual}, h.Aliases...)
	if !set.API(method, names...) || h.Tenant && !set.Tenant(client) {
		return errDenied
	}
	return nil
}

var errDenied = fault.New(fault.Denied, "core4.permission", "You have no permission for this.")

// permit lets the caller in, or says that they may not.
func (d *door) permit(c *Call) error {
	perms, err := d.permissions(c)
	if err != nil {
		return err
	}
	c.Perms = d.sets.compiled(perms)
	return allow(c.Perms, c.handler, c.r.Method, c.Client)
}

// permissions are the caller's. The auth service says them with what it
// resolves; our own access tokens do not carry them. A credential that was
// made without the operator's role does not make an operator.
func (d *door) permissions(c *Call) ([]string, error) {
	var perms []string
	if c.proven.Resolved != nil {
		perms = c.proven.Resolved.Permissions
	} else {
		me, err := d.Backend.Profiles.Me(c.ctx(), authapi.Empty{})
		if err != nil {
			return nil, err
		}
		perms = me.PermissionsTotal
	}
	if c.proven.Principal.Operator() {
		return perms, nil
	}
	return slices.DeleteFunc(slices.Clone(perms), func(p string) bool { return p == perm.Everything }), nil
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
