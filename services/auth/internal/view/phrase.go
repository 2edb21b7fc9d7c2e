package view

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

var uses = map[string]string{"": "access tokens", "access": "access tokens", "id": "ID tokens", "site": "a gateway's own tokens"}

func (s story) client() string {
	if s.Name == "" || s.Name == s.ClientID {
		return "the client " + cmp.Or(s.ClientID, s.ID)
	}
	return "the client " + s.Name + " (" + s.ClientID + ")"
}

// powers are what a client may do beyond asking people.
func (s story) powers() string {
	var list []string
	if s.RunAs != "" {
		list = append(list, "acts as "+cmp.Or(s.Runner, s.RunAs)+" by itself")
	}
	if s.Trusted {
		list = append(list, "is trusted")
	}
	if s.Resource {
		list = append(list, "may look into the tokens of others")
	}
	if len(s.Scopes) > 0 {
		list = append(list, "may ask for "+and(s.Scopes))
	}
	return and(list)
}

func (s story) rights() string {
	list := named(some("the permission", s.Perms), some("the role", slices.Concat(s.RoleNames, s.Parents)))
	return cmp.Or(and(list), "no permissions and no roles")
}

// named are the parts that there are.
func named(parts ...string) []string {
	return slices.DeleteFunc(parts, func(part string) bool { return part == "" })
}

func (s story) profile() string {
	switch {
	case s.RealName == "" && s.Email == "":
		return s.Name + " has no real name and no address any more"
	case s.RealName == "":
		return s.Name + " has the address " + s.Email
	default:
		return s.Name + " is called " + strconv.Quote(s.RealName) + lead(", with the address ", s.Email)
	}
}

func (s story) revoked() string {
	client := lead("the client ", s.Name)
	if client == "" {
		client = "a client"
	}
	switch s.Reason {
	case "user":
		return s.Owner + " no longer allows " + client + " to act for them"
	case "client":
		return client + " gave back that it may act for " + s.Owner
	case "admin":
		return client + " was stopped from acting for " + s.Owner
	case "logout":
		return client + " may no longer act for " + s.Owner + ", who signed out"
	case "reuse":
		return client + " may no longer act for " + s.Owner + ": an old refresh token came again"
	case "replay":
		return client + " may no longer act for " + s.Owner + ": its code came twice"
	default:
		return client + " may no longer act for " + s.Owner
	}
}

func how(method, provider string) string {
	switch {
	case provider != "":
		return " through " + provider
	case method != "":
		return " by " + method
	default:
		return ""
	}
}

// lead puts words before a text, if there is one.
func lead(words, text string) string {
	if text == "" {
		return ""
	}
	return words + text
}

// some names one thing or several: "the group a", "the groups a and b".
func some(what string, names []string) string {
	switch {
	case len(names) == 0:
		return ""
	case len(names) == 1:
		return what + " " + names[0]
	case strings.HasSuffix(what, "y"):
		return strings.TrimSuffix(what, "y") + "ies " + and(names)
	default:
		return what + "s " + and(names)
	}
}

// and is a list as people say it.
func and(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	last := len(list) - 1
	return strings.Join(list[:last], ", ") + " and " + list[last]
}
