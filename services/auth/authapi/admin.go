package authapi

import (
	"context"
	"encoding/json"
	"time"
)

// Admin is what operators do, beside Service and Accounts. There are two
// exceptions. Whom core4's permissions let use its role handler may change
// roles, but gives only what they have themselves (package perm). Whom a group
// gives DIRAC's property ServiceAdministrator may register and remove clients
// that have no rights of their own.
type Admin interface {
	Account(context.Context, UserRequest) (Account, error)
	Accounts(context.Context, Empty) (AccountList, error)
	ChangeAccount(context.Context, AccountChange) (Account, error)

	Groups(context.Context, Empty) (Groups, error)
	PutGroup(context.Context, Group) (Group, error)

	Roles(context.Context, Empty) (Roles, error)
	PutRole(context.Context, Role) (Role, error)
	RemoveRole(context.Context, RoleRef) (Empty, error)

	Registrations(context.Context, Empty) (Registrations, error)
	PutRegistration(context.Context, Registration) (RegistrationSecret, error)
	RotateSecret(context.Context, SecretRotation) (RegistrationSecret, error)
	RemoveRegistration(context.Context, ClientRef) (Empty, error)

	SigningKeys(context.Context, Empty) (SigningKeys, error)
	RotateKeys(context.Context, KeyRotation) (SigningKeys, error)
}

// AccountList is a list, by name.
type AccountList struct {
	Accounts []Account `json:"accounts,omitempty"`
}

// AccountChange does several edits of one account at once, or none of them.
type AccountChange struct {
	Name    string `json:"name"`
	Version uint64 `json:"version,omitempty"` // zero: whatever it is
	Edits   []Edit `json:"edits"`
}

// Edit is one change of an account.
type Edit struct {
	Do    Verb   `json:"do"`
	Value string `json:"value,omitempty"`
	// Detail is the subject of a link or the comment of a key.
	Detail string `json:"detail,omitempty"`
	// List is the whole new list, for the verbs that set one.
	List []string `json:"list,omitempty"`
}

// Verb is what an edit does. Doing what is so already changes nothing.
type Verb string

// The verbs, and what Value is.
const (
	JoinGroup         Verb = "join"               // name of a group
	LeaveGroup        Verb = "leave"              // name of a group
	SetDefaultGroup   Verb = "default-group"      // name of a group
	GiveRole          Verb = "give"               // platform role
	TakeRole          Verb = "take"               // platform role
	SetRealName       Verb = "real-name"          // text
	SetEmail          Verb = "email"              // address
	AddCertificate    Verb = "add-certificate"    // distinguished name, slash form
	RemoveCertificate Verb = "remove-certificate" // the same
	AddLogin          Verb = "add-login"          // Unix login
	RemoveLogin       Verb = "remove-login"       // the same
	AddKey            Verb = "add-key"            // JWK, public half
	RemoveKey         Verb = "remove-key"         // its id
	AddLink           Verb = "link"               // provider; Detail: subject
	RemoveLink        Verb = "unlink"             // provider; Detail: subject
	SuspendIn         Verb = "suspend"            // virtual organisation
	ResumeIn          Verb = "resume"             // the same
	SetPermissions    Verb = "permissions"        // List
	SetRoleNames      Verb = "role-names"         // List
	EndSessions       Verb = "sign-out"           // of everything; no value
)

// Group is a group with what it entitles to.
type Group struct {
	ID         string        `json:"id,omitempty"`
	Version    uint64        `json:"version,omitempty"` // zero: whatever it is
	Name       string        `json:"name"`
	Properties []string      `json:"properties,omitempty"`
	VO         string        `json:"vo,omitempty"`
	Setups     []string      `json:"setups,omitempty"` // empty: all
	IdPRoles   []string      `json:"idp_roles,omitempty"`
	Lifetime   time.Duration `json:"lifetime,omitempty"` // longest life of a grant
}

// Groups is a list, by name.
type Groups struct {
	Groups []Group `json:"groups,omitempty"`
}

// Role is core4's: a name for permissions.
type Role struct {
	ID       string    `json:"id,omitempty"` // empty: a new one
	Version  uint64    `json:"version,omitempty"`
	Name     string    `json:"name"`
	RealName string    `json:"real_name,omitempty"`
	Perms    []string  `json:"perms,omitempty"`
	Parents  []string  `json:"parents,omitempty"` // names of roles
	Active   bool      `json:"active,omitempty"`
	Created  time.Time `json:"created,omitzero"`
	Updated  time.Time `json:"updated,omitzero"`

	// What follows from the parents; only in answers.
	PermsTotal   []string `json:"perms_total,omitempty"`
	ParentsTotal []string `json:"parents_total,omitempty"`
}

// Roles is a list, by name.
type Roles struct {
	Roles []Role `json:"roles,omitempty"`
}

// RoleRef names one role.
type RoleRef struct {
	ID      string `json:"id"`
	Version uint64 `json:"version,omitempty"`
}

// ServiceAdministrator is the property of DIRAC that lets register clients.
const ServiceAdministrator = "ServiceAdministrator"

// Registration is an OAuth client in full (RFC 7591's words). Who gives neither
// method nor grants gets a public client that redeems codes and refreshes.
type Registration struct {
	ID         string          `json:"client_id,omitempty"` // empty: a new one
	Version    uint64          `json:"version,omitempty"`
	Name       string          `json:"client_name"`
	URL        string          `json:"client_uri,omitempty"`
	Icon       string          `json:"logo_uri,omitempty"`
	Method     string          `json:"token_endpoint_auth_method"`
	Redirects  []string        `json:"redirect_uris,omitempty"`
	PostLogout []string        `json:"post_logout_redirect_uris,omitempty"`
	Grants     []string        `json:"grant_types"`
	Scopes     []string        `json:"scopes,omitempty"`
	Keys       json.RawMessage `json:"jwks,omitempty"`
	TLSSubject string          `json:"tls_client_auth_subject_dn,omitempty"`
	Bound      bool            `json:"tls_client_certificate_bound_access_tokens,omitempty"`
	IDTokenAlg string          `json:"id_token_signed_response_alg,omitempty"`
	Native     bool            `json:"native,omitempty"`
	Trusted    bool            `json:"trusted,omitempty"`
	Steady     bool            `json:"steady_refresh_token,omitempty"` // it cannot keep a new one
	Resource   bool            `json:"resource,omitempty"`             // may introspect others' tokens
	RunAs      string          `json:"run_as,omitempty"`               // login name, for client_credentials
	Created    time.Time       `json:"created,omitzero"`
}

// RegistrationSecret is a registration, and its secret if it was made just now.
type RegistrationSecret struct {
	unprinted
	Registration
	Secret string `json:"client_secret,omitempty"`
}

// Registrations is a list, by name.
type Registrations struct {
	Clients []Registration `json:"clients,omitempty"`
}

// ClientRef names one client, by id or else by name.
type ClientRef struct {
	ID string `json:"id"`
}

// SecretRotation gives a client a new secret. The old one is good for a while,
// or, with no grace, ends at once with every token that was got with it.
type SecretRotation struct {
	ID    string        `json:"id"`
	Grace time.Duration `json:"grace,omitempty"`
}

// KeyRotation makes new signing keys.
type KeyRotation struct {
	Now         bool   `json:"now,omitempty"`         // sign with them as soon as every gateway knows them
	Compromised string `json:"compromised,omitempty"` // id of a key whose tokens are to end
}

// SigningKey is one key, without its private half.
type SigningKey struct {
	ID        string    `json:"id"`
	Use       string    `json:"use"` // access, id, site
	Alg       string    `json:"alg"`
	Announced time.Time `json:"announced"`
	Activated time.Time `json:"activated,omitzero"`
	Retired   time.Time `json:"retired,omitzero"`
}

// SigningKeys is a list, the newest first.
type SigningKeys struct {
	Keys []SigningKey `json:"keys,omitempty"`
}
