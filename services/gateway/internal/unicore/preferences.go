package unicore

import (
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
)

const headerPreferences = "X-UNICORE-User-Preferences"

// UNICORE's roles.
const (
	roleUser      = "user"
	roleAdmin     = "admin"
	roleAnonymous = "anonymous"
)

// caller is who asks, with what they chose among what they may be.
type caller struct {
	who.Principal
	role          string
	roles         []string // to choose from
	supplementary []string // groups
}

// choose applies preferences to a principal. An operator acts as an ordinary
// user unless the preferences ask for the role admin: nobody should act on
// other people's things by accident.
func choose(p who.Principal, headers []string) (caller, error) {
	if p.Anonymous() {
		return caller{Principal: p, role: roleAnonymous}, nil
	}
	c := caller{Principal: p, role: roleUser, roles: []string{roleUser}}
	if p.Operator() {
		c.roles = append(c.roles, roleAdmin)
	}
	if c.Group == "" && len(c.Groups) > 0 {
		c.Group = c.Groups[0]
	}
	for _, header := range headers {
		for item := range strings.SplitSeq(header, ",") {
			if err := c.prefer(item); err != nil {
				return caller{}, err
			}
		}
	}
	if c.role != roleAdmin {
		c.Roles = slices.DeleteFunc(slices.Clone(p.Roles), func(r string) bool { return r == who.RoleOperator })
	}
	return c, nil
}

// prefer applies one item, key:value.
func (c *caller) prefer(item string) error {
	key, value, ok := strings.Cut(strings.TrimSpace(item), ":")
	key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
	if !ok || value == "" {
		return malformed(item)
	}
	allowed := true
	switch key {
	case "role":
		allowed = slices.Contains(c.roles, value)
		c.role = value
	case "uid", "xlogin":
		allowed = value == c.Name
	case "group", "pgid":
		allowed = slices.Contains(c.Groups, value)
		c.Group = value
	case "supplementarygroups", "supgids":
		c.supplementary = strings.Split(value, "+")
		for _, g := range c.supplementary {
			allowed = allowed && slices.Contains(c.Groups, g)
		}
	default:
		return malformed(item)
	}
	if !allowed {
		return fault.New(fault.Denied, "unicore.preference", "The %s %q is not available to you.", key, value)
	}
	return nil
}

func malformed(item string) error {
	return fault.New(fault.Invalid, "unicore.preference",
		"The preference %q is not one of role:…, uid:…, group:…, supplementaryGroups:….", item)
}
