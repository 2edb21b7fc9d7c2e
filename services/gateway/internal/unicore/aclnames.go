package unicore

import (
	"slices"
	"strings"
)

// whose says whom an access list means by a distinguished name: the user of
// whose login name this door has made it (UID), or who has a certificate of
// this name (DN, in the slash form that the other services use). The name is
// empty if it is none.
func whose(name string) (kind, value string) {
	if strings.HasPrefix(name, "/") {
		return "DN", name
	}
	parts := relative(name)
	if len(parts) == 2 && parts[1] == "O=Heddle" {
		if user, ok := strings.CutPrefix(parts[0], "CN="); ok && user != "" {
			return "UID", user
		}
	}
	slices.Reverse(parts)
	for _, p := range parts {
		if kind, value, _ := strings.Cut(p, "="); kind == "" || value == "" {
			return "DN", ""
		}
	}
	return "DN", "/" + strings.Join(parts, "/")
}

// relative splits a name of RFC 4514 at its commas and takes the quoting off.
func relative(name string) []string {
	var parts []string
	var part strings.Builder
	quoted := false
	for _, r := range name {
		switch {
		case quoted:
			part.WriteRune(r)
			quoted = false
		case r == '\\':
			quoted = true
		case r == ',':
			parts = append(parts, strings.TrimSpace(part.String()))
			part.Reset()
		default:
			part.WriteRune(r)
		}
	}
	return append(parts, strings.TrimSpace(part.String()))
}

// aclFrom is an access list as this door writes it.
func aclFrom(entries []string) []string {
	shown := []string{}
	for _, e := range entries {
		if parts := aclEntry.FindStringSubmatch(e); parts != nil && parts[2] == "DN" {
			if name := fromSlashes(parts[3]); name != "" {
				e = parts[1] + ":DN:" + name
			}
		}
		shown = append(shown, e)
	}
	return shown
}
