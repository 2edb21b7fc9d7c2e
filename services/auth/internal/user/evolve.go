package user

import "slices"

// Evolve is the user after e. It changes nothing that others may hold.
func Evolve(u User, e Event) User {
	switch e := e.(type) {
	case Registered:
		return User{ID: e.ID, Name: e.Name, Credential: e.Credential, Groups: e.Groups, Roles: e.Roles}
	case PasswordChanged:
		u.Credential = e.Credential
	case Disabled:
		u.Disabled = true
	case Enabled:
		u.Disabled = false
	case Core4Changed:
		u.Perms, u.RoleNames = e.Perms, e.RoleNames
	case ProfileChanged:
		u.RealName, u.Email = e.RealName, e.Email
	case GroupJoined:
		u.Groups = with(u.Groups, e.Group)
	case GroupLeft:
		u.Groups = without(u.Groups, e.Group)
	case DefaultGroupSet:
		u.Groups = append([]string{e.Group}, without(u.Groups, e.Group)...)
	case RoleGiven:
		u.Roles = with(u.Roles, e.Role)
	case RoleTaken:
		u.Roles = without(u.Roles, e.Role)
	case Suspended:
		u.Suspended = with(u.Suspended, e.VO)
	case Resumed:
		u.Suspended = without(u.Suspended, e.VO)
	default:
		return recognised(u, e)
	}
	return u
}

func recognised(u User, e Event) User {
	switch e := e.(type) {
	case CertificateAdded:
		u.Certificates = with(u.Certificates, e.DN)
	case CertificateRemoved:
		u.Certificates = without(u.Certificates, e.DN)
	case LoginAdded:
		u.Logins = with(u.Logins, e.UID)
	case LoginRemoved:
		u.Logins = without(u.Logins, e.UID)
	case Linked:
		u.Links = with(u.Links, e)
	case Unlinked:
		u.Links = without(u.Links, Linked(e))
	case KeyAdded:
		u.Keys = with(u.Keys, e)
	case KeyRemoved:
		u.Keys = slices.DeleteFunc(slices.Clone(u.Keys), func(k KeyAdded) bool { return k.ID == e.ID })
	}
	return u
}

func with[T any](list []T, one T) []T { return append(slices.Clip(list), one) }

func without[T comparable](list []T, one T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(other T) bool { return other == one })
}
