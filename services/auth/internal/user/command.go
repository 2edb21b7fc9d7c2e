package user

import "encoding/json"

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
	// Several is all of these in one commit or, if one is refused, none. If the
	// first is Register, it is a user who is like this from the beginning.
	Several []Command
	// ChangePassword replaces the credential.
	ChangePassword struct{ Credential string }
	// Disable keeps the user out. Last says that there is no other active operator.
	Disable struct{ Last bool }
	// Enable lets a disabled user in again.
	Enable struct{}

	// Join puts the user in a group, which exists.
	Join struct{ Group string }
	// Leave takes the user out of a group.
	Leave struct{ Group string }
	// SetDefault makes one of the user's groups the one they act in.
	SetDefault struct{ Group string }
	// Give gives a platform role.
	Give struct{ Role Role }
	// Take takes it. Last says that there is no other active operator.
	Take struct {
		Role Role
		Last bool
	}
	// SetPerms replaces all of the user's own permissions of core4.
	SetPerms struct{ Perms []string }
	// SetRoleNames replaces all of the user's own roles of core4.
	SetRoleNames struct{ RoleNames []string }
	// DropRoleName takes one of the user's own roles of core4 away.
	DropRoleName struct{ Name string }
	// SetRealName replaces what people call the user.
	SetRealName struct{ RealName string }
	// SetEmail replaces the user's address.
	SetEmail struct{ Email Email }
	// Suspend keeps the user out of a virtual organisation.
	Suspend struct{ VO string }
	// Resume lets them in again.
	Resume struct{ VO string }

	// SignIn notes a login.
	SignIn struct{ Method, Provider string }
	// EndSessions ends all that was given to the user so far.
	EndSessions struct{}

	// AddCertificate, AddLogin, AddKey and Link add a way to be recognised,
	// which is nobody else's; the others take it away.
	AddCertificate    struct{ DN DN }
	RemoveCertificate struct{ DN DN }
	AddLogin          struct{ UID Login }
	RemoveLogin       struct{ UID Login }
	AddKey            struct {
		ID      string
		JWK     json.RawMessage
		Comment string
	}
	RemoveKey struct{ ID string }
	Link      struct{ Provider, Subject string }
	Unlink    struct{ Provider, Subject string }
)

func (Register) command()          {}
func (ChangePassword) command()    {}
func (Disable) command()           {}
func (Enable) command()            {}
func (Join) command()              {}
func (Leave) command()             {}
func (SetDefault) command()        {}
func (Give) command()              {}
func (Take) command()              {}
func (Several) command()           {}
func (SetPerms) command()          {}
func (SetRoleNames) command()      {}
func (DropRoleName) command()      {}
func (SetRealName) command()       {}
func (SetEmail) command()          {}
func (Suspend) command()           {}
func (Resume) command()            {}
func (SignIn) command()            {}
func (EndSessions) command()       {}
func (AddCertificate) command()    {}
func (RemoveCertificate) command() {}
func (AddLogin) command()          {}
func (RemoveLogin) command()       {}
func (AddKey) command()            {}
func (RemoveKey) command()         {}
func (Link) command()              {}
func (Unlink) command()            {}
