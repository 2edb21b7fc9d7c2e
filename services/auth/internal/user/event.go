package user

// Event is a fact in a user's life. The set is sealed.
type Event interface{ event() }

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
	// GroupJoined: the user is a member of one more group.
	GroupJoined struct {
		Group string `json:"group"`
	}
	// PasswordChanged: the user proves who they are by another credential.
	PasswordChanged struct {
		Credential string `json:"credential"`
	}
	// Disabled: the user is kept out.
	Disabled struct{}
	// Enabled: the user is let in again.
	Enabled struct{}
)

func (Registered) event()      {}
func (GroupJoined) event()     {}
func (PasswordChanged) event() {}
func (Disabled) event()        {}
func (Enabled) event()         {}
