package user

import "encoding/json"

// Event is a fact in a user's life; event gives its type. The set is sealed.
type Event interface{ event() string }

// The events. Times and actors are in the envelope. A credential is an id in
// the vault, never a password or its hash: events stay for ever.
type (
	// Registered: there is a new user.
	Registered struct {
		ID         string   `json:"id"`
		Name       Name     `json:"name"`
		Credential string   `json:"credential"`
		Groups     []string `json:"groups,omitempty"`
		Roles      []Role   `json:"roles,omitempty"`
	}
	// PasswordChanged: the user proves who they are by another credential.
	PasswordChanged struct {
		Credential string `json:"credential"`
	}
	// Disabled: the user is kept out.
	Disabled struct{}
	// Enabled: the user is let in again.
	Enabled struct{}

	// GroupJoined: the user is a member of one more group.
	GroupJoined struct {
		Group string `json:"group"`
	}
	// GroupLeft: the user is a member no more.
	GroupLeft struct {
		Group string `json:"group"`
	}
	// DefaultGroupSet: the user acts in this group if they name none.
	DefaultGroupSet struct {
		Group string `json:"group"`
	}
	// RoleGiven: the user has one more platform role.
	RoleGiven struct {
		Role Role `json:"role"`
	}
	// RoleTaken: the user has it no more.
	RoleTaken struct {
		Role Role `json:"role"`
	}
	// Core4Changed: these are all of the user's own permissions and roles.
	Core4Changed struct {
		Perms     []string `json:"perms,omitempty"`
		RoleNames []string `json:"role_names,omitempty"`
	}
	// ProfileChanged: the user is called this and has this address.
	ProfileChanged struct {
		RealName string `json:"real_name,omitempty"`
		Email    Email  `json:"email,omitempty"`
	}
	// Suspended: the user is kept out of a virtual organisation.
	Suspended struct {
		VO string `json:"vo"`
	}
	// Resumed: the user is let into it again.
	Resumed struct {
		VO string `json:"vo"`
	}

	// SignedIn: the user proved who they are, at a login.
	SignedIn struct {
		Method   string `json:"method"`
		Provider string `json:"provider,omitempty"`
	}
	// SessionsEnded: whatever was given to the user before is over.
	SessionsEnded struct{}
)

func (Registered) event() string      { return typeRegistered }
func (PasswordChanged) event() string { return typePasswordChanged }
func (Disabled) event() string        { return typeDisabled }
func (Enabled) event() string         { return typeEnabled }
func (GroupJoined) event() string     { return typeGroupJoined }
func (GroupLeft) event() string       { return typeGroupLeft }
func (DefaultGroupSet) event() string { return typeDefaultGroupSet }
func (RoleGiven) event() string       { return typeRoleGiven }
func (RoleTaken) event() string       { return typeRoleTaken }
func (Core4Changed) event() string    { return typeCore4Changed }
func (ProfileChanged) event() string  { return typeProfileChanged }
func (Suspended) event() string       { return typeSuspended }
func (Resumed) event() string         { return typeResumed }
func (SignedIn) event() string        { return typeSignedIn }
func (SessionsEnded) event() string   { return typeSessionsEnded }

// The ways, other than a password, in which others recognise the user.
type (
	// CertificateAdded: the user is who shows a certificate of this name.
	CertificateAdded struct {
		DN DN `json:"dn"`
	}
	// CertificateRemoved: not any more.
	CertificateRemoved struct {
		DN DN `json:"dn"`
	}
	// LoginAdded: jobs may run under this Unix login.
	LoginAdded struct {
		UID Login `json:"uid"`
	}
	// LoginRemoved: not any more.
	LoginRemoved struct {
		UID Login `json:"uid"`
	}
	// KeyAdded: the user is who signs with this key.
	KeyAdded struct {
		ID      string          `json:"id"`
		JWK     json.RawMessage `json:"jwk"`
		Comment string          `json:"comment,omitempty"`
	}
	// KeyRemoved: not any more.
	KeyRemoved struct {
		ID string `json:"id"`
	}
	// Linked: the user is who a federated provider calls this.
	Linked struct {
		Provider string `json:"provider"`
		Subject  string `json:"subject"`
	}
	// Unlinked: not any more.
	Unlinked struct {
		Provider string `json:"provider"`
		Subject  string `json:"subject"`
	}
)

func (CertificateAdded) event() string   { return typeCertificateAdded }
func (CertificateRemoved) event() string { return typeCertificateRemoved }
func (LoginAdded) event() string         { return typeLoginAdded }
func (LoginRemoved) event() string       { return typeLoginRemoved }
func (KeyAdded) event() string           { return typeKeyAdded }
func (KeyRemoved) event() string         { return typeKeyRemoved }
func (Linked) event() string             { return typeLinked }
func (Unlinked) event() string           { return typeUnlinked }
