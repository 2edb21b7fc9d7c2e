package core4

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// document is a user or a role as core4's clients see it.
type document map[string]any

// userDocument has the roles and permissions that were given to the user.
func userDocument(a authapi.Account) document {
	doc := document{
		"_id": objectID(a.ID), "name": a.Name, "realname": a.RealName, "email": a.Email, "is_active": !a.Disabled,
		"role": sorted(a.RoleNames), "perm": sorted(a.Permissions), "created": moment(a.Since),
	}
	doc["etag"] = etag(doc)
	doc.times(a.Updated, a.LastLogin)
	return doc
}

func roleDocument(r authapi.Role) document {
	doc := document{
		"_id": objectID(r.ID), "name": r.Name, "realname": r.RealName, "is_active": r.Active,
		"role": sorted(r.Parents), "perm": sorted(r.Perms), "created": moment(r.Created),
	}
	doc["etag"] = etag(doc)
	doc.times(r.Updated, time.Time{})
	return doc
}

// times are not in the etag: to sign in is no change.
func (doc document) times(updated, lastLogin time.Time) {
	if !updated.IsZero() {
		doc["updated"] = moment(updated)
	}
	if !lastLogin.IsZero() {
		doc["last_login"] = moment(lastLogin)
	}
}

// totals adds what follows from roles.
func (doc document) totals(perms, roles []string) document {
	doc["perm_total"], doc["role_total"] = sorted(perms), sorted(roles)
	return doc
}

// etag stands for what a document says, in the form of MongoDB's ids.
func etag(doc document) string {
	sum := sha256.Sum256(app.AsJSON(map[string]any(doc)))
	return hex.EncodeToString(sum[:12])
}

func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return app.Stamp(t)
}

func sorted(list []string) []string {
	out := slices.Compact(slices.Sorted(slices.Values(list)))
	if out == nil {
		return []string{}
	}
	return out
}

// objectID spells one of our ids as core4's clients know ids: 24 hexadecimal digits.
func objectID(text string) string {
	n, err := id.Parse(text)
	if err != nil {
		return text
	}
	return fmt.Sprintf("%024x", uint64(n))
}

// ownID reads what objectID spelled. An id of core4's form that none of ours
// is spelled as is "" and well formed: there is nothing of that id.
func ownID(text string) (own string, ok bool) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != 12 {
		return "", false
	}
	if slices.Max(raw[:4]) > 0 {
		return "", true
	}
	own = id.ID(binary.BigEndian.Uint64(raw[4:])).String()
	if _, err := id.Parse(own); err != nil {
		return "", true
	}
	return own, true
}

// address spells a mail address as core4 keeps it.
func address(text string) string { return strings.ToLower(strings.TrimSpace(text)) }
