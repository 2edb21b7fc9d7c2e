package unicore

import (
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
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
	proof         authapi.Resolved // what they have shown
	role          string
	roles         []string // to choose from
	uid           string
	uids          []string // to choose from
	supplementary []string // groups
	chosen        []string // the preferences, one for each key
}

// choose applies preferences to a proven caller: first those that are part of
// the credential, which nothing overrides, then the request's. An operator
// acts as an ordinary user unless the preferences ask for the role admin:
// nobody should act on other people's things by accident.
func choose(proof authapi.Resolved, headers []string) (caller, error) {
	p := proof.Principal
	if p.Anonymous() {
		return caller{Principal: p, role: roleAnonymous}, nil
	}
	c := caller{Principal: p, proof: proof, role: roleUser, roles: []string{roleUser}, uids: proof.Logins}
	if p.Operator() {
		c.roles = append(c.roles, roleAdmin)
	}
	if c.Group == "" && len(c.Groups) > 0 {
		c.Group = c.Groups[0]
	}
	if len(c.uids) == 0 {
		c.uids = []string{p.Name}
	}
	c.uid = c.uids[0]
	fixed := map[string]string{}
	if proof.Preferences != "" {
		if err := c.preferAll(proof.Preferences, fixed, true); err != nil {
			return caller{}, err
		}
	}
	for _, header := range headers {
		if err := c.preferAll(header, fixed, false); err != nil {
			return caller{}, err
		}
	}
	if c.role != roleAdmin {
		c.Roles = slices.DeleteFunc(slices.Clone(p.Roles), func(r string) bool { return r == who.RoleOperator })
	}
	return c, nil
}

// preferAll applies a list of items. Those that are fixed stay: the credential
// has them in it.
func (c *caller) preferAll(items string, fixed map[string]string, fix bool) error {
	for item := range strings.SplitSeq(items, ",") {
		key, value, err := parsePreference(item)
		if err != nil {
			return err
		}
		if was, found := fixed[key]; found && was != value {
			return fault.New(fault.Denied, "unicore.preference", "The %s %q is fixed in your token.", key, was)
		}
		if !c.prefer(key, value) {
			return fault.New(fault.Denied, "unicore.preference", "The %s %q is not available to you.", key, value)
		}
		if fix {
			fixed[key] = value
		}
		c.chosen = append(slices.DeleteFunc(c.chosen, func(s string) bool { return strings.HasPrefix(s, key+":") }), key+":"+value)
	}
	return nil
}

// aliases are other words for the keys of preferences.
var aliases = map[string]string{
	"role": "role", "uid": "uid", "xlogin": "uid", "group": "group", "pgid": "group",
	"supplementarygroups": "supplementaryGroups", "supgids": "supplementaryGroups",
}

// parsePreference reads one item, key:value.
func parsePreference(item string) (key, value string, err error) {
	key, value, _ = strings.Cut(strings.TrimSpace(item), ":")
	key, value = aliases[strings.ToLower(strings.TrimSpace(key))], strings.TrimSpace(value)
	if key == "" || value == "" {
		return "", "", fault.New(fault.Invalid, "unicore.preference",
			"The preference %q is not one of role:…, uid:…, group:…, supplementaryGroups:….", item)
	}
	return key, value, nil
}

// prefer chooses a value, if it is there to choose.
func (c *caller) prefer(key, value string) bool {
	switch key {
	case "role":
		c.role = value
		return slices.Contains(c.roles, value)
	case "uid":
		c.uid = value
		return slices.Contains(c.uids, value)
	case "group":
		c.Group = value
		return slices.Contains(c.Groups, value)
	default:
		c.supplementary = strings.Split(value, "+")
		return !slices.ContainsFunc(c.supplementary, func(g string) bool { return !slices.Contains(c.Groups, g) })
	}
}

// preferences are what the caller acts as: the Unix login and the group, and
// what else they chose.
func (c caller) preferences() map[string][]string {
	out := map[string][]string{"uid": {c.uid}}
	if c.Group != "" {
		out["group"] = []string{c.Group}
	}
	if len(c.supplementary) > 0 {
		out["supplementaryGroups"] = c.supplementary
	}
	if slices.ContainsFunc(c.chosen, func(s string) bool { return strings.HasPrefix(s, "role:") }) {
		out["role"] = []string{c.role}
	}
	return out
}
