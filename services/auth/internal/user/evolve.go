package user

import "slices"

// Evolve is the user after e. It changes nothing that others may hold.
func Evolve(u User, e Event) User {
	switch e := e.(type) {
	case Registered:
		return User{ID: e.ID, Name: e.Name, Credential: e.Credential, Groups: e.Groups, Roles: e.Roles}
	case GroupJoined:
		u.Groups = append(slices.Clip(u.Groups), e.Group)
	case PasswordChanged:
		u.Credential = e.Credential
	case Disabled:
		u.Disabled = true
	case Enabled:
		u.Disabled = false
	}
	return u
}
