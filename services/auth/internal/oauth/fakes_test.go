package oauth_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/internal/clientauth"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
)

// everything is all that the protocol needs, in maps: users, clients, grants
// and what is over. Its position counts what was written.
type everything struct {
	mu       sync.Mutex
	position uint64
	clients  map[string]clientauth.Client
	users    map[string]*person
	grants   map[string]*family
	over     map[string]uint64 // fact to position
	reading  func()            // runs before a role is looked up
	writing  func()            // runs before a grant is written
}

type person struct {
	name, dn string
	roles    []string
	groups   []oauth.Group
	disabled bool
}

type family struct {
	oauth.Begun
	generation uint64
	revoked    oauth.Reason
}

func (m *everything) Client(_ context.Context, id string) (clientauth.Client, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, found := m.clients[id]
	if !found {
		return c, clientauth.ErrNoClient
	}
	c.Position = m.position
	return c, nil
}

func (m *everything) SecretMatches(_ context.Context, credentials []string, secret string) (bool, error) {
	return slices.Contains(credentials, secret), nil
}

func (m *everything) person(id string) (*person, error) {
	p := m.users[id]
	if p == nil || p.disabled {
		return nil, oauth.ErrNoUser
	}
	return p, nil
}

func (m *everything) Identity(_ context.Context, id, group string) (who.Principal, uint64, error) {
	if m.reading != nil {
		m.reading()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	p, err := m.person(id)
	if err != nil {
		return who.Principal{}, 0, err
	}
	var names []string
	for _, g := range p.groups {
		names = append(names, g.Name)
	}
	if group != "" && !slices.Contains(names, group) {
		return who.Principal{}, 0, oauth.ErrNoMember
	}
	return who.Principal{ID: id, Name: p.name, Group: group, Groups: names, Roles: p.roles, DN: p.dn}, m.position, nil
}

func (m *everything) Groups(_ context.Context, id string) ([]oauth.Group, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, err := m.person(id)
	if err != nil {
		return nil, err
	}
	return p.groups, nil
}

func (m *everything) Profile(_ context.Context, id string) (oauth.Profile, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, err := m.person(id)
	if err != nil {
		return oauth.Profile{}, err
	}
	return oauth.Profile{Name: p.name, Email: p.name + "@example.org"}, nil
}

func (m *everything) ByCertificate(_ context.Context, dn string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, p := range m.users {
		if p.dn == dn && !p.disabled {
			return id, nil
		}
	}
	return "", oauth.ErrNoUser
}

func (m *everything) Begin(_ context.Context, g oauth.Begun) (uint64, error) {
	if m.writing != nil {
		m.writing()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if f := m.grants[g.ID]; f != nil {
		return 0, oauth.ErrRevoked
	}
	m.position++
	m.grants[g.ID] = &family{Begun: g, generation: oauth.First}
	return m.position, nil
}

func (m *everything) Rotate(_ context.Context, id string, generation uint64, client string) (oauth.Rotated, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.grants[id]
	switch {
	case f == nil || f.Client != client || !f.Offline || generation < oauth.First || generation > f.generation:
		return oauth.Rotated{}, oauth.ErrForged
	case f.revoked != "":
		return oauth.Rotated{}, oauth.ErrRevoked
	case generation < f.generation:
		m.end(id, oauth.ByReuse)
		return oauth.Rotated{}, oauth.ErrReused
	}
	f.generation++
	m.position++
	return oauth.Rotated{Begun: f.Begun, Generation: f.generation, Position: m.position}, nil
}

func (m *everything) Go(_ context.Context, id string, generation uint64, client string) (oauth.Rotated, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.grants[id]
	if f == nil || f.Client != client || !f.Offline || generation != f.generation {
		return oauth.Rotated{}, oauth.ErrForged
	}
	if f.revoked != "" {
		return oauth.Rotated{}, oauth.ErrRevoked
	}
	return oauth.Rotated{Begun: f.Begun, Generation: generation, Position: m.position}, nil
}

func (m *everything) end(id string, why oauth.Reason) {
	if m.grants[id] == nil {
		m.grants[id] = &family{}
	}
	m.grants[id].revoked = why
	m.over["grant/"+id] = m.position
	m.position++
}

func (m *everything) Revoke(_ context.Context, _, id string, why oauth.Reason) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.end(id, why)
	return nil
}

func (m *everything) Given(_ context.Context, user, client, group string, scopes []string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, f := range m.grants {
		if f.revoked == "" && f.User == user && f.Client == client && f.Group == group && slices.Equal(f.Scopes, scopes) {
			return true, nil
		}
	}
	return false, nil
}

func (m *everything) Over(_ context.Context, f who.Facts) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, name := range f.Names() {
		if after, found := m.over[name]; found && f.Position <= after {
			return true, nil
		}
	}
	return false, nil
}

func (m *everything) RevokeToken(_ context.Context, _, jti string, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.over["token/"+jti] = m.position
	m.position++
	return nil
}

// minter signs by naming the kind: a token is its kind and its claims.
type minter struct{ n int }

func seal(kind string, v any) string {
	data, _ := json.Marshal(v)
	return kind + "~" + base64.RawURLEncoding.EncodeToString(data)
}

func unseal(kind, token string, v any) error {
	text, ok := strings.CutPrefix(token, kind+"~")
	data, err := base64.RawURLEncoding.DecodeString(text)
	if !ok || err != nil {
		return errors.New("not ours")
	}
	return json.Unmarshal(data, v)
}

var mu sync.Mutex

func (m *minter) Access(c oauth.AccessClaims) (string, error) {
	mu.Lock()
	defer mu.Unlock()
	m.n++
	c.Facts.JTI, c.Issued = fmt.Sprint("j", m.n), at
	return seal("access", c), nil
}

func (m *minter) ID(c oauth.IDClaims) (string, error) { return seal("id", c), nil }

type refresh struct {
	Grant      string
	Generation uint64
	Client     string
}

func (m *minter) Refresh(grant string, generation uint64, client string) (string, error) {
	return seal("refresh", refresh{grant, generation, client}), nil
}

func (m *minter) OpenAccess(token string) (c oauth.AccessClaims, err error) {
	return c, unseal("access", token, &c)
}

func (m *minter) OpenID(token string) (oauth.Hint, error) {
	var c oauth.IDClaims
	err := unseal("id", token, &c)
	return oauth.Hint{Subject: c.Subject, Client: c.Client, Grant: c.Grant}, err
}

func (m *minter) OpenRefresh(token, client string) (string, uint64, error) {
	var r refresh
	err := unseal("refresh", token, &r)
	if err == nil && r.Client != client {
		err = errors.New("another client's")
	}
	return r.Grant, r.Generation, err
}

// unsigned takes an assertion for what it says: signatures are package
// assertion's.
type unsigned struct{}

func (unsigned) Assertion(jwt string, _ json.RawMessage) (a clientauth.Assertion, err error) {
	return a, unseal("assertion", jwt, &a)
}

func (unsigned) HasKey(json.RawMessage, string) (bool, error) { return false, nil }
