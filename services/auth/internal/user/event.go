package user

import "encoding/json"

// Event is a fact in a user's life, one of Events. Type is the name that it is
// written under for ever; it holds the version.
type Event interface{ Type() string }

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

func (Registered) Type() string      { return "auth.user.registered.v1" }
func (PasswordChanged) Type() string { return "auth.user.password_changed.v1" }
func (Disabled) Type() string        { return "auth.user.disabled.v1" }
func (Enabled) Type() string         { return "auth.user.enabled.v1" }
func (GroupJoined) Type() string     { return "auth.user.group_joined.v1" }
func (GroupLeft) Type() string       { return "auth.user.group_left.v1" }
func (DefaultGroupSet) Type() string { return "auth.user.default_group_set.v1" }
func (RoleGiven) Type() string       { return "auth.user.role_given.v1" }
func (RoleTaken) Type() string       { return "auth.user.role_taken.v1" }
func (Core4Changed) Type() string    { return "auth.user.core4_changed.v1" }
func (ProfileChanged) Type() string  { return "auth.user.profile_changed.v1" }
func (Suspended) Type() string       { return "auth.user.suspended.v1" }
func (Resumed) Type() string         { return "auth.user.resumed.v1" }
func (SignedIn) Type() string        { return "auth.user.signed_in.v1" }
func (SessionsEnded) Type() string   { return "auth.user.sessions_ended.v1" }

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

func (CertificateAdded) Type() string   { return "auth.user.certificate_added.v1" }
func (CertificateRemoved) Type() string { return "auth.user.certificate_removed.v1" }
func (LoginAdded) Type() string         { return "auth.user.login_added.v1" }
func (LoginRemoved) Type() string       { return "auth.user.login_removed.v1" }
func (KeyAdded) Type() string           { return "auth.user.key_added.v1" }
func (KeyRemoved) Type() string         { return "auth.user.key_removed.v1" }
func (Linked) Type() string             { return "auth.user.linked.v1" }
func (Unlinked) Type() string           { return "auth.user.unlinked.v1" }

// Events are one of each, in every version ever written.
func Events() []Event {
	return []Event{
		Registered{}, PasswordChanged{}, Disabled{}, Enabled{}, GroupJoined{}, GroupLeft{}, DefaultGroupSet{},
		RoleGiven{}, RoleTaken{}, Core4Changed{}, ProfileChanged{}, Suspended{}, Resumed{}, SignedIn{},
		SessionsEnded{}, CertificateAdded{}, CertificateRemoved{}, LoginAdded{}, LoginRemoved{}, KeyAdded{},
		KeyRemoved{}, Linked{}, Unlinked{},
	}
}
