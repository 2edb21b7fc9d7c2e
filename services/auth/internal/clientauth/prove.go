package clientauth

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/flow"
)

const (
	// skew is how far two clocks may be apart.
	skew = 5 * time.Second
	// farthest is how long before its end an assertion may come: for so long
	// its id is kept.
	farthest = 5 * time.Minute
	// longest is the size of an assertion, longestID that of its id, in bytes.
	longest   = 16 << 10
	longestID = 256
)

// secret compares first and counts failures afterwards: secrets are made by us
// and long, so that nobody guesses one within any limit, and a right one needs
// no store that may be down.
func (a *Authenticator) secret(ctx context.Context, c Client, shown Method, p Proof) error {
	var credentials []string
	if c.Method == shown {
		credentials = c.Credentials // else compare with nothing, which takes as long
	}
	right, err := a.Clients.SecretMatches(ctx, credentials, p.Secret)
	if err != nil {
		return err
	}
	if right && len(credentials) > 0 {
		return nil
	}
	try, err := a.Failures.Reserve(ctx, p.ID, p.Peer.Address)
	switch {
	case fault.Is(err, fault.Exhausted):
		return err
	case err == nil:
		try.Bad(ctx)
	}
	return wrong()
}

// assertion judges what a client signed (RFC 7523, section 3).
func (a *Authenticator) assertion(ctx context.Context, c Client, jwt string) error {
	if len(jwt) > longest {
		return wrong()
	}
	s, err := a.Assertions.Assertion(jwt, c.Keys)
	if err != nil || !a.acceptable(s, c.ID) {
		return wrong()
	}
	err = a.Store.Add(ctx, flow.JTI, c.ID+"|"+s.ID, nil, s.Expires.Sub(a.Now())+2*skew)
	if errors.Is(err, flow.ErrTaken) {
		return wrong()
	}
	return err
}

func (a *Authenticator) acceptable(s Assertion, client string) bool {
	now := a.Now()
	toUs := slices.ContainsFunc(s.Audience, func(aud string) bool { return slices.Contains(a.Audiences, aud) })
	return toUs && s.Issuer == client && s.Subject == client &&
		s.ID != "" && len(s.ID) <= longestID &&
		now.Before(s.Expires.Add(skew)) && !s.Expires.After(now.Add(farthest+skew)) &&
		!s.NotBefore.After(now.Add(skew)) && !s.Issued.After(now.Add(skew))
}

// certificate compares with what is registered (RFC 8705, section 2). The
// handshake proved the key, and nothing else: of a self-signed certificate
// nobody has looked at the time.
func (a *Authenticator) certificate(c Client, cert *authapi.Certificate) error {
	if cert == nil || cert.Limited || !a.Now().Before(cert.Expires) {
		return wrong()
	}
	if c.Method == TLS {
		if !cert.Trusted || c.TLSSubject == "" || cert.DN != c.TLSSubject {
			return wrong()
		}
		return nil
	}
	if has, err := a.Assertions.HasKey(c.Keys, cert.SPKI); err != nil || !has {
		return wrong()
	}
	return nil
}

// claimedSubject reads whose keys an assertion is to be verified with, where
// no client_id says it. Nothing else of it is believed yet.
func claimedSubject(jwt string) string {
	parts := strings.Split(jwt, ".")
	if len(jwt) > longest || len(parts) != 3 {
		return ""
	}
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return ""
	}
	var claims struct {
		Subject string `json:"sub"`
	}
	if json.Unmarshal(body, &claims) != nil {
		return ""
	}
	return claims.Subject
}
