package perm

import (
	"slices"
	"strings"
)

// Holds are permissions that somebody has, for the question which of them
// they may give to others.
type Holds []string

// Cover reports whether p is no more than what is held: cop covers all, a
// pattern the same pattern with fewer rights. Whether one pattern includes
// another is not asked; who is refused can hold the narrower one as well.
func (h Holds) Cover(p Perm) bool {
	return slices.ContainsFunc(h, func(text string) bool {
		held, err := Parse(text)
		return err == nil && held.covers(p)
	})
}

func (p Perm) covers(q Perm) bool {
	switch {
	case p.protocol == cop:
		return true
	case p.protocol != q.protocol || p.target != q.target:
		return false
	case p.protocol == api:
		return p.all || !q.all && strings.Trim(q.rights, p.rights) == ""
	case p.protocol == job:
		return p.rights == "x" || q.rights == "r"
	default:
		return true
	}
}

// Cascade is what follows from permissions and roles that somebody has: the
// permissions of all active roles that can be reached, and the names of those
// roles, both sorted. look says what a role gives; one that is not active (or
// not there) gives nothing and leads nowhere. Roles may form circles.
func Cascade(own, roles []string, look func(role string) (perms, parents []string, active bool)) (perms, names []string) {
	all, seen := slices.Clone(own), map[string]bool{}
	for queue := slices.Clone(roles); len(queue) > 0; queue = queue[1:] {
		role := queue[0]
		if seen[role] {
			continue
		}
		seen[role] = true
		gives, parents, active := look(role)
		if !active {
			continue
		}
		names = append(names, role)
		all = append(all, gives...)
		queue = append(queue, parents...)
	}
	return sorted(all), sorted(names)
}

func sorted(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
