package federation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Identity is who a provider says that somebody is. Only Provider and Subject
// together tell who it is; the rest is what the provider says of them, and
// nobody has looked at it.
type Identity struct {
	Provider, Title string
	Subject         string
	Name            string // what they are called there; empty: it does not say
	RealName, Email string
	Groups          []string // of Managed, those that they belong to
	Managed         []string // groups of ours that the provider decides on
	Create          bool     // whether somebody unknown is to be registered
	Expires         time.Time
}

// maxSubject bounds a subject, in bytes: the standard has 255.
const maxSubject = 255

// subject reports whether a text can be a provider's name for somebody: what
// people and logs can be shown.
func subject(s string) bool {
	return s != "" && len(s) <= maxSubject && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// members are claims by their exact names.
type members map[string]json.RawMessage

func membersOf(t *oidc.IDToken) (members, error) {
	var m members
	return m, t.Claims(&m)
}

// text is a claim that is a text; anything else is not there.
func (m members) text(name string) (s string, there bool) {
	return s, json.Unmarshal(m[name], &s) == nil && s != ""
}

// texts are the elements of a claim that is a list of texts, or one text.
func (m members) texts(name string) ([]string, error) {
	var list []string
	raw, there := m[name]
	if one, ok := m.text(name); ok {
		return []string{one}, nil
	}
	if there && json.Unmarshal(raw, &list) != nil {
		return nil, fmt.Errorf("the claim %q is not a list of texts", name)
	}
	return list, nil
}

// incomplete reports whether a claim is missing that something here hangs on.
func (u *upstream) incomplete(m members) bool {
	_, groups := m[u.GroupsClaim]
	_, name := m[u.UserClaim]
	return !groups && len(u.Groups) > 0 || !name && u.Create
}

// complete adds what the provider tells at its userinfo endpoint alone. What
// the ID token says stays as it is.
func (u *upstream) complete(ctx context.Context, d *document, tokens *oauth2.Token, sub string, m members) error {
	info, err := d.oidc.UserInfo(oidc.ClientContext(ctx, u.client), oauth2.StaticTokenSource(tokens))
	if err != nil {
		return u.unreachable(err)
	}
	var more members
	if err := info.Claims(&more); err != nil || info.Subject != sub {
		return u.untrusted(errors.New("userinfo is not about who signed in"))
	}
	maps.DeleteFunc(more, func(name string, _ json.RawMessage) bool { _, there := m[name]; return there })
	maps.Copy(m, more)
	return nil
}

// identity maps the claims. Groups that are not understood are an error: no
// groups would take away what the user has.
func (u *upstream) identity(t *oidc.IDToken, m members) (Identity, error) {
	id := Identity{Provider: u.Name, Title: u.Title, Subject: t.Subject, Create: u.Create, Expires: t.Expiry}
	id.Name, _ = m.text(u.UserClaim)
	id.RealName, _ = m.text("name")
	if email, _ := m.text("email"); m.verified() || !u.verifiedOnly() {
		id.Email = email
	}
	id.Managed = slices.Compact(slices.Sorted(maps.Values(u.Groups)))
	if len(u.Groups) == 0 {
		return id, nil
	}
	theirs, err := m.texts(u.GroupsClaim)
	if err != nil {
		return Identity{}, u.untrusted(err)
	}
	for _, name := range theirs {
		if ours, mapped := u.Groups[name]; mapped {
			id.Groups = append(id.Groups, ours)
		}
	}
	id.Groups = slices.Compact(slices.Sorted(slices.Values(id.Groups)))
	return id, nil
}

// verified reads a boolean that some providers send as a text.
func (m members) verified() bool {
	raw := string(m["email_verified"])
	return raw == "true" || raw == `"true"`
}
