package view

import (
	"cmp"
	"strings"
	"time"
)

// story is what a sentence of the audit is made of.
type story struct {
	Kind, ID string
	Name     string // of the thing; a client's is what people call it, a grant's the id of its client
	Owner    string // login name of the user whose thing it is
	Runner   string // login name of the user whom a client acts as by itself
	fields
}

// fields are those of all payloads that sentences tell of.
type fields struct {
	ClientID    string    `json:"id"`
	Groups      []string  `json:"groups"`
	Roles       []string  `json:"roles"`
	Group       string    `json:"group"`
	Role        string    `json:"role"`
	Perms       []string  `json:"perms"`
	RoleNames   []string  `json:"role_names"`
	Parents     []string  `json:"parents"`
	RealName    string    `json:"real_name"`
	Email       string    `json:"email"`
	VO          string    `json:"vo"`
	Method      string    `json:"method"`
	Provider    string    `json:"provider"`
	Subject     string    `json:"subject"`
	DN          string    `json:"dn"`
	UID         string    `json:"uid"`
	Comment     string    `json:"comment"`
	Properties  []string  `json:"properties"`
	Scopes      []string  `json:"scopes"`
	Setups      []string  `json:"setups"`
	IdPRoles    []string  `json:"idp_roles"`
	RunAs       string    `json:"run_as"`
	Trusted     bool      `json:"trusted"`
	Resource    bool      `json:"resource"`
	Narrowed    bool      `json:"narrowed"`
	OldUntil    time.Time `json:"old_until"`
	Reason      string    `json:"reason"`
	Use         string    `json:"use"`
	Compromised bool      `json:"compromised"`
}

// subject names what an entry of the audit is about, as people look for it.
func (s story) subject() string {
	switch s.Kind {
	case "user", "group", "role":
		return s.Kind + "/" + cmp.Or(s.Name, s.ID)
	case "client":
		return "client/" + cmp.Or(s.ClientID, s.ID)
	default:
		return s.Kind + "/" + s.ID
	}
}

// sentence tells an event in plain English. Of a type that it does not know it
// gives the type.
func (s story) sentence(eventType string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(eventType, "auth."), ".v") // without its version
	if tell, found := sentences[name]; found {
		return tell(s)
	}
	return eventType
}

// sentences are told by the type of the event without its version.
var sentences = map[string]func(story) string{
	"user.registered": func(s story) string {
		return s.Name + " was registered" + lead(", in ", some("the group", s.Groups)) + lead(", as ", and(s.Roles))
	},
	"user.password_changed":    func(s story) string { return s.Name + " has a new password" },
	"user.disabled":            func(s story) string { return s.Name + " was disabled" },
	"user.enabled":             func(s story) string { return s.Name + " was enabled again" },
	"user.group_joined":        func(s story) string { return s.Name + " joined the group " + s.Group },
	"user.group_left":          func(s story) string { return s.Name + " left the group " + s.Group },
	"user.default_group_set":   func(s story) string { return s.Name + " acts in the group " + s.Group + " by default" },
	"user.role_given":          func(s story) string { return s.Name + " was given the role " + s.Role },
	"user.role_taken":          func(s story) string { return "the role " + s.Role + " was taken from " + s.Name },
	"user.core4_changed":       func(s story) string { return s.Name + " now has " + s.rights() + " of core4" },
	"user.profile_changed":     story.profile,
	"user.suspended":           func(s story) string { return s.Name + " was suspended in the virtual organisation " + s.VO },
	"user.resumed":             func(s story) string { return s.Name + " may act in the virtual organisation " + s.VO + " again" },
	"user.signed_in":           func(s story) string { return s.Name + " signed in" + how(s.Method, s.Provider) },
	"user.sessions_ended":      func(s story) string { return s.Name + " was signed out everywhere" },
	"user.certificate_added":   func(s story) string { return s.Name + " is recognised by the certificate " + s.DN },
	"user.certificate_removed": func(s story) string { return s.Name + " is no longer recognised by the certificate " + s.DN },
	"user.login_added":         func(s story) string { return s.Name + " may use the Unix login " + s.UID },
	"user.login_removed":       func(s story) string { return s.Name + " may no longer use the Unix login " + s.UID },
	"user.key_added": func(s story) string {
		return s.Name + " is recognised by the key " + s.ClientID + lead(" for ", s.Comment)
	},
	"user.key_removed": func(s story) string { return s.Name + " is no longer recognised by the key " + s.ClientID },
	"user.linked":      func(s story) string { return s.Name + " is recognised as " + s.Subject + " of " + s.Provider },
	"user.unlinked":    func(s story) string { return s.Name + " is no longer recognised as " + s.Subject + " of " + s.Provider },

	"group.created": func(s story) string { return "the group " + s.Name + " was made" },
	"group.changed": func(s story) string {
		return "the group " + s.Name + " now gives " + cmp.Or(some("the property", s.Properties), "no properties") + lead(" in the virtual organisation ", s.VO) +
			lead(", for ", and(named(some("the setup", s.Setups), some("the provider's role", s.IdPRoles))))
	},

	"role.created": func(s story) string { return "the core4 role " + s.Name + " was made, with " + s.rights() },
	"role.changed": func(s story) string { return "the core4 role " + s.Name + " now has " + s.rights() },
	"role.removed": func(s story) string { return "the core4 role " + s.Name + " was removed" },

	"client.registered": func(s story) string { return s.client() + " was registered" + lead("; it ", s.powers()) },
	"client.changed": func(s story) string {
		if s.Narrowed {
			return s.client() + " may do less than before, and what it was given has ended" + lead("; it ", s.powers())
		}
		return s.client() + " was changed" + lead("; it ", s.powers())
	},
	"client.secret_rotated": func(s story) string {
		if s.OldUntil.IsZero() {
			return s.client() + " has a new secret, and what it got with the old one has ended"
		}
		return s.client() + " has a new secret; the old one is good until " + s.OldUntil.UTC().Format("2006-01-02 15:04 MST")
	},
	"client.removed": func(s story) string { return s.client() + " was removed" },

	"grant.begun": func(s story) string {
		return s.Owner + " allowed the client " + s.Name + " to act for them" + lead(" in the group ", s.Group) + lead(": ", and(s.Scopes))
	},
	"grant.refreshed": func(s story) string { return "the client " + s.Name + " goes on acting for " + s.Owner },
	"grant.revoked":   story.revoked,

	"apikey.created": func(s story) string { return s.Owner + " made the API key " + s.Name + lead(", for ", and(s.Scopes)) },
	"apikey.used":    func(s story) string { return "the API key " + s.Name + " of " + s.Owner + " was used" },
	"apikey.revoked": func(s story) string { return "the API key " + s.Name + " of " + s.Owner + " was revoked" },
	"token.revoked":  func(s story) string { return "an access token of " + s.Owner + " was revoked" },

	"key.announced": func(s story) string { return "the key " + s.ID + " was announced" + lead(", for ", uses[s.Use]) },
	"key.activated": func(s story) string { return "the key " + s.ID + " now signs" },
	"key.retired": func(s story) string {
		if s.Compromised {
			return "the key " + s.ID + " is compromised: it was retired, and what it signed has ended"
		}
		return "the key " + s.ID + " was retired"
	},
}
