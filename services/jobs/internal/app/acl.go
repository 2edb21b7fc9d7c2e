package app

import (
	"fmt"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// The bounds of an access list.
const (
	maxACL   = 100 // entries
	maxEntry = 256 // bytes of one
)

// The values of ROLE, as UNICORE has them: everybody who has signed in is a
// user, and admins are operators, who may do everything as it is.
const (
	aclUser  = "user"
	aclAdmin = "admin"
)

// entry is one line of an access list: whoever is the value of the kind may
// read the job or, with write and modify, also act on it.
type entry struct{ access, kind, value string }

func parseEntry(text string) (e entry, ok bool) {
	access, rest, _ := strings.Cut(text, ":")
	kind, value, _ := strings.Cut(rest, ":")
	return entry{access, kind, value}, value != "" && len(text) <= maxEntry &&
		slices.Contains([]string{"read", "write", "modify"}, access) && slices.Contains([]string{"DN", "VO", "GROUP", "UID", "ROLE"}, kind)
}

// checkACL checks entries of the form access:type:value. One that could never
// mean anybody is refused, rather than kept as if it gave something.
func checkACL(entries []string) error {
	if len(entries) > maxACL {
		return invalid("acl", "has %d entries; at most %d are allowed", len(entries), maxACL)
	}
	for i, text := range entries {
		field := fmt.Sprintf("acl[%d]", i)
		e, ok := parseEntry(text)
		switch {
		case !ok:
			return invalid(field,
				"must be read, write or modify, then DN, VO, GROUP, UID or ROLE, then a value, with colons between, in at most %d bytes", maxEntry)
		case e.kind == "DN" && (e.value[0] != '/' || !strings.Contains(e.value, "=")): // nobody could be meant
			return invalid(field, "must name whoever has a certificate as in /O=Grid/CN=Jane")
		case e.kind == "ROLE" && e.value != aclUser && e.value != aclAdmin:
			return invalid(field, "names a role that there is not; ROLE can be %s or %s, and the other types are DN, VO, GROUP and UID", aclUser, aclAdmin)
		}
	}
	return nil
}

// listed reports whether the job's access list lets the caller look at it or,
// with act, act on it.
func (r rights) listed(j jobsapi.Job, act bool) bool {
	return slices.ContainsFunc(j.ACL, func(text string) bool {
		e, ok := parseEntry(text)
		return ok && (!act || e.access != "read") && r.is(e)
	})
}

// is reports whether an entry means the caller: VO is the virtual organization
// that they act for, and GROUP any group of theirs.
func (r rights) is(e entry) bool {
	switch e.kind {
	case "DN":
		return r.DN == e.value
	case "VO":
		return r.VO == e.value
	case "GROUP":
		return slices.Contains(r.Groups, e.value)
	case "UID":
		return r.Name == e.value
	case "ROLE": // components are nobody's users
		return e.value == aclUser && !r.Anonymous() && !r.Has(who.RoleService) || e.value == aclAdmin && r.Operator()
	}
	return false
}

// mayShare refuses who may not say what others may do with a job.
func (r rights) mayShare(j jobsapi.Job) error {
	if r.ID == j.Owner || r.everything() || r.administers(j) {
		return nil
	}
	return fault.New(fault.Denied, "job.acl", "Only the owner of a job may say what others may do with it.")
}
