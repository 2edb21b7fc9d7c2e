// Package who answers one question: who is asking, and may they? It is
// separate so that the gateway, which learns the identity, and the services,
// which act on it, share one Principal and one vocabulary of access rules.
package who

import (
	"context"
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Principal is an authenticated caller.
type Principal struct {
	// ID is the opaque user id: lower-case, [a-z0-9_-]; it is the owner token
	// of NATS subjects.
	ID string `json:"id"`
	// Name is the login name that people know.
	Name string `json:"name"`
	// Group is the group the caller acts for; Groups are all memberships.
	Group  string   `json:"group,omitempty"`
	Groups []string `json:"groups,omitempty"`
	// Roles are platform roles, e.g. RoleOperator.
	Roles []string `json:"roles,omitempty"`
	// Method tells how the caller proved who they are: one of the Method…
	// constants, or "component".
	Method string `json:"method,omitempty"`

	// Client is the OAuth client that the caller acts through; empty means
	// that they act themselves.
	Client string `json:"client,omitempty"`
	// Scopes are what the credential is limited to; nil is no limit, and an
	// empty list allows nothing.
	Scopes []string `json:"scopes,omitzero"`
	// DN is the distinguished name of the certificate, or else the user's
	// first, in slash form.
	DN string `json:"dn,omitempty"`
	// Setup, VO and Properties are DIRAC's: the setup that a token is for, the
	// virtual organization of Group, and what Group entitles to.
	Setup      string   `json:"setup,omitempty"`
	VO         string   `json:"vo,omitempty"`
	Properties []string `json:"properties,omitempty"`
	// Limited marks a limited proxy certificate: it may not submit jobs.
	Limited bool `json:"limited,omitempty"`
	// Delegated are rights to other people's jobs that a door has found the
	// caller to have by rules of its own: core4's permissions job://…,
	// Overview and Summaries. The jobs service alone heeds them, for the request that they
	// come with; no credential has any.
	Delegated []string `json:"delegated,omitempty"`
	// Credential names what the caller showed, for the audit: "grant/ID",
	// "apikey/ID", "session". It is never a secret.
	Credential string `json:"credential,omitempty"`
}

// Overview, as a delegated right, lets the caller know of every job that there is
// one, how far it is and when that was.
const Overview = "jobs:overview"

// Summaries, as a delegated right, lets the caller know of every job what a
// list of jobs says: whose it is, its name and groups, where it runs, how far
// it is and since when.
const Summaries = "jobs:summaries"

// RoleOperator may see and change everything.
const RoleOperator = "operator"

// Anonymous reports whether nobody is logged in.
func (p Principal) Anonymous() bool { return p.ID == "" }

// Has reports whether the principal holds the role.
func (p Principal) Has(role string) bool { return slices.Contains(p.Roles, role) }

// Operator reports whether the principal may act on everybody's things.
func (p Principal) Operator() bool { return p.Has(RoleOperator) }

type key struct{}

// With returns a context that carries the principal.
func With(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, key{}, p)
}

// From returns the principal of the context; the zero Principal is nobody.
func From(ctx context.Context) Principal {
	p, _ := ctx.Value(key{}).(Principal)
	return p
}

// Rule is an access rule. Every route, endpoint and subject names one; there
// is no default, so that a forgotten rule is a build failure and not a hole.
type Rule struct {
	// Name documents the rule: "public", "authenticated", "role:operator".
	Name  string
	check func(Principal) error
}

// The rules.
var (
	// Public lets everybody in, known or not.
	Public = Rule{"public", func(Principal) error { return nil }}
	// Authenticated lets every known user in.
	Authenticated = Rule{"authenticated", authenticated}
	// Service lets only the platform's own components in: an endpoint with
	// this rule is reachable over NATS and never through the gateway.
	Service = Rule{"service", func(p Principal) error {
		if p.Has(RoleService) {
			return nil
		}
		return fault.New(fault.Denied, "access.service_only", "Only Heddle's own services may call this.")
	}}
)

// RoleService marks calls that a component makes on its own behalf.
const RoleService = "service"

// Component is the principal that a service or runner acts as.
func Component(name string) Principal {
	return Principal{ID: "svc-" + name, Name: name, Roles: []string{RoleService}, Method: "component"}
}

// Role lets holders of the role in.
func Role(role string) Rule {
	return Rule{"role:" + role, func(p Principal) error {
		if err := authenticated(p); err != nil {
			return err
		}
		if !p.Has(role) {
			return fault.New(fault.Denied, "access.role", "This needs the role %q.", role)
		}
		return nil
	}}
}

// Custom makes a rule of a check, for containers with a vocabulary of their
// own. The check returns a fault of kind Unauthenticated or Denied; name
// documents it.
func Custom(name string, check func(Principal) error) Rule { return Rule{name, check} }

func authenticated(p Principal) error {
	if p.Anonymous() {
		return fault.New(fault.Unauthenticated, "access.credentials", "Credentials are required.")
	}
	return nil
}

// Valid reports whether the rule was made by this package; the zero Rule is
// not valid and lets nobody in.
func (r Rule) Valid() bool { return r.check != nil }

// Check returns nil if the principal passes, else a fault of kind
// Unauthenticated or Denied.
func (r Rule) Check(p Principal) error {
	if !r.Valid() {
		return fault.New(fault.Denied, "access.no_rule", "No access rule allows this.")
	}
	return r.check(p)
}
