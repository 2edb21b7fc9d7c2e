package federation

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/assertion"
)

// remembered is how long a good access token is taken without a look at its
// signature.
const remembered = time.Minute

// ErrNoToken says that a text is no access token that is taken here.
var ErrNoToken = errors.New("federation: no access token of a provider")

// Bearer returns whose access token it is. Providers without `bearer` are
// not asked for. A token that is no good is ErrNoToken; a provider whose keys
// cannot be had is a fault.
func (p *Providers) Bearer(ctx context.Context, token string) (Identity, error) {
	u := p.issuer(token)
	if u == nil {
		return Identity{}, ErrNoToken
	}
	sum := sha256.Sum256([]byte(token))
	if id, ok := p.seen.Get(sum); ok {
		return id, nil
	}
	id, err := u.bearer(ctx, token)
	if err != nil {
		return Identity{}, err
	}
	until := p.now().Add(remembered)
	if id.Expires.Before(until) {
		until = id.Expires
	}
	p.seen.Put(sum, id, until)
	return id, nil
}

// issuer finds whose token it claims to be.
func (p *Providers) issuer(token string) *upstream {
	name, err := assertion.ProviderAccess.Issuer(token)
	if err != nil {
		return nil
	}
	for _, u := range p.list {
		if u.Bearer && u.Issuer == name {
			return u
		}
	}
	return nil
}

func (u *upstream) bearer(ctx context.Context, token string) (Identity, error) {
	t, err := u.verify(ctx, assertion.ProviderAccess, token, algorithms, "")
	if errors.Is(err, errNotValid) {
		return Identity{}, ErrNoToken
	}
	if err != nil {
		return Identity{}, err
	}
	m, err := membersOf(t)
	if err != nil || !u.meant(t.Audience) || !m.access() {
		return Identity{}, ErrNoToken
	}
	return Identity{Provider: u.Name, Title: u.Title, Subject: t.Subject, Expires: t.Expiry}, nil
}

// meant reports whether the token is for us, and not for one of the
// provider's applications.
func (u *upstream) meant(audience []string) bool {
	return slices.ContainsFunc(audience, func(a string) bool { return slices.Contains(u.Audiences, a) }) &&
		!slices.Contains(audience, u.ClientID)
}

// access reports whether the claims are those of an access token that anybody
// may bear. Providers that sign several kinds with one key say which it is in
// "typ"; one that is bound to a key ("cnf") is not for bearing.
func (m members) access() bool {
	if _, bound := m["cnf"]; bound {
		return false
	}
	_, said := m["typ"]
	kind, _ := m.text("typ")
	return !said || strings.EqualFold(kind, "bearer")
}
