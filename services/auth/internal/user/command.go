package user

// Command is something asked of a user. The set is sealed.
type Command interface{ command() }

type (
	// Register makes the user.
	Register struct {
		ID         string
		Name       Name
		Credential string
		Groups     []string
		Roles      []Role
	}
	// Join puts the user in a group, which exists.
	Join struct{ Group string }
	// ChangePassword replaces the credential.
	ChangePassword struct{ Credential string }
	// Disable keeps the user out.
	Disable struct{}
	// Enable lets a disabled user in again.
	Enable struct{}
)

func (Register) command()       {}
func (Join) command()           {}
func (ChangePassword) command() {}
func (Disable) command()        {}
func (Enable) command()         {}
