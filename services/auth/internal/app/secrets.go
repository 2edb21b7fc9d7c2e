package app

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/client"
	"github.com/heddle-dev/heddle/services/auth/internal/clientauth"
	"github.com/heddle-dev/heddle/services/auth/internal/vault"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// clientSecrets is the vault's kind for the hashes of clients' secrets.
const clientSecrets = "client"

// hashTTL is how long a hash is remembered. An entry of the vault never
// changes, and nobody asks for one that no client names any more.
const hashTTL = 5 * time.Minute

// Clients implements clientauth.Clients.
type Clients struct{ app *App }

var _ clientauth.Clients = Clients{}

// NewClients returns the registered clients as the protocol asks for them.
func NewClients(a *App) Clients { return Clients{a} }

// Client implements clientauth.Clients.
func (c Clients) Client(ctx context.Context, id string) (clientauth.Client, error) {
	if err := c.app.View.Fresh(ctx); err != nil {
		return clientauth.Client{}, problem(err)
	}
	position := c.app.View.Position() // before the row is read
	known, err := c.app.View.Client(ctx, idOf("client", id))
	switch {
	case errors.Is(err, view.ErrNone) || err == nil && string(known.State.ID) != id:
		return clientauth.Client{}, clientauth.ErrNoClient
	case err != nil:
		return clientauth.Client{}, problem(err)
	}
	out := asAuthenticated(known.State, c.app.Now())
	out.Position = position
	return out, nil
}

func asAuthenticated(c client.Client, now time.Time) clientauth.Client {
	out := clientauth.Client{
		ID: string(c.ID), Name: c.Name, URL: c.URL, Icon: c.Icon, Method: clientauth.Method(c.AuthMethod()),
		Native: c.Native, Trusted: c.Trusted, Steady: c.Steady, Resource: c.Resource, Bound: c.Bound,
		Redirects: texts(c.Redirects), PostLogout: texts(c.PostLogout), Scopes: c.Scopes, RunAs: c.RunAs,
		IDTokenAlg: c.IDTokenAlg, Keys: c.Keys, TLSSubject: c.TLSSubject,
	}
	for _, g := range c.Grants {
		out.Grants = append(out.Grants, g.Type())
	}
	if c.Secret != "" {
		out.Credentials = append(out.Credentials, c.Secret)
	}
	if c.OldSecret != "" && now.Before(c.OldUntil) {
		out.Credentials = append(out.Credentials, c.OldSecret)
	}
	return out
}

// SecretMatches implements clientauth.Clients.
func (c Clients) SecretMatches(ctx context.Context, credentials []string, secret string) (bool, error) {
	if len(credentials) == 0 {
		credentials = []string{"nobody"}
	}
	sum, matches := sha256.Sum256([]byte(secret)), 0
	for _, one := range credentials {
		kept, err := c.app.clientHash(ctx, one)
		if err != nil {
			return false, err
		}
		matches |= subtle.ConstantTimeCompare(kept, sum[:])
	}
	return matches == 1, nil
}

// clientHash is the hash of a secret; of one that is not there it is one that
// nothing hashes to.
func (a *App) clientHash(ctx context.Context, credential string) ([]byte, error) {
	if sum, ok := a.hashes.Get(credential); ok {
		return sum, nil
	}
	sum, err := a.Vault.Hash(ctx, clientSecrets, credential)
	if errors.Is(err, vault.ErrMissing) {
		return make([]byte, sha256.Size), nil
	}
	if err != nil {
		return nil, problem(err)
	}
	a.hashes.Put(credential, sum, a.Now().Add(hashTTL))
	return sum, nil
}
