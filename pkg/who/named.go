package who

import "strings"

// Named returns the rule with a name, for tables that came over the wire:
// "public", "authenticated" or "role:NAME". What only components may do has no
// name here, and neither has a rule that somebody made up.
func Named(name string) (Rule, bool) {
	switch role, isRole := strings.CutPrefix(name, "role:"); {
	case isRole && role != "" && role != RoleService:
		return Role(role), true
	case name == Public.Name:
		return Public, true
	case name == Authenticated.Name:
		return Authenticated, true
	}
	return Rule{}, false
}
