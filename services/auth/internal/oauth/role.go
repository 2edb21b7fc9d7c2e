package oauth

import (
	"cmp"
	"context"
	"slices"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
)

// role is a user as a token shows them: in one group, with the rights that
// were asked for and that they have.
type role struct {
	principal who.Principal
	position  uint64
	group     Group
	asked     scope.Request
}

// role is refused if the user may not act so, or not any more: it is asked
// for at every decision and at every token.
func (s *Server) role(ctx context.Context, user, group string, asked scope.Request) (role, error) {
	groups, err := s.Users.Groups(ctx, user)
	if err != nil {
		return role{}, refusal(err)
	}
	fitting := fitting(groups, asked)
	i := slices.IndexFunc(fitting, func(g Group) bool { return group == "" || g.Name == group })
	if i < 0 && (len(groups) > 0 || group != "" || asked.VO != "") {
		return role{}, noMember(cmp.Or(group, asked.Group), asked.VO)
	}
	var g Group
	if i >= 0 {
		g = fitting[i]
	}
	if err := entitled(groups, g, asked.Properties); err != nil {
		return role{}, err
	}
	p, position, err := s.Users.Identity(ctx, user, g.Name)
	if err != nil {
		return role{}, refusal(err)
	}
	if !p.Operator() {
		asked.Plain = slices.DeleteFunc(slices.Clone(asked.Plain), func(w string) bool { return w == scope.Operator })
	}
	return role{narrowed(p, g, asked), position, g, asked}, nil
}

// noMember says of what the user is not: on the page where they decide it is for
// them, and clients hear of it as of any grant that is not good (see denied).
func noMember(group, vo string) error {
	switch {
	case vo == "":
		return authapi.Refuse(authapi.AccessDenied, "The user is not in the group %s.", group)
	case group == "":
		return authapi.Refuse(authapi.AccessDenied, "The user is in no group of the virtual organisation %s.", vo)
	default:
		return authapi.Refuse(authapi.AccessDenied, "The user is not in the group %s of the virtual organisation %s.", group, vo)
	}
}

// fitting are the groups that a request can mean.
func fitting(groups []Group, asked scope.Request) []Group {
	return slices.DeleteFunc(slices.Clone(groups), func(g Group) bool {
		return asked.Group != "" && g.Name != asked.Group || asked.VO != "" && g.VO != asked.VO
	})
}

// entitled refuses properties that no group of the user in the VO gives.
func entitled(groups []Group, in Group, properties []string) error {
	for _, p := range properties {
		gives := func(g Group) bool { return g.VO == in.VO && slices.Contains(g.Properties, p) }
		if !slices.ContainsFunc(groups, gives) {
			return authapi.Refuse(authapi.AccessDenied, "The property %s is not the user's.", p)
		}
	}
	return nil
}

// narrowed is the least that a token needs: one group, and the operator's role
// only where it was asked for.
func narrowed(p who.Principal, g Group, asked scope.Request) who.Principal {
	p.Method, p.Group, p.VO, p.Groups = who.MethodToken, g.Name, g.VO, nil
	if g.Name != "" {
		p.Groups = []string{g.Name}
	}
	p.Roles = slices.DeleteFunc(slices.Clone(p.Roles), func(r string) bool {
		return r == who.RoleService || r == who.RoleOperator && !asked.Has(scope.Operator)
	})
	p.Properties = slices.Concat(g.Properties, asked.Properties)
	slices.Sort(p.Properties)
	p.Properties = slices.Compact(p.Properties)
	p.Scopes = append([]string{}, asked.Words()...) // never nil, which is no limit
	return p
}

// setups are those that may be chosen with a group.
func (s *Server) setups(g Group) []string {
	if len(g.Setups) == 0 {
		return s.Setups
	}
	return slices.DeleteFunc(slices.Clone(s.Setups), func(one string) bool { return !slices.Contains(g.Setups, one) })
}

// setup is the asked or the chosen one, or the first there is.
func (s *Server) setup(g Group, asked, chosen string) (string, error) {
	may := s.setups(g)
	if asked != "" && chosen != "" && asked != chosen {
		return "", authapi.Refuse(authapi.AccessDenied, "The application asked for another setup.")
	}
	for _, one := range []string{asked, chosen} {
		if one == "" {
			continue
		}
		if !slices.Contains(may, one) {
			return "", authapi.Refuse(authapi.AccessDenied, "The setup is not open to the group.")
		}
		return one, nil
	}
	if len(may) == 0 {
		return "", nil
	}
	return may[0], nil
}
