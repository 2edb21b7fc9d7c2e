package token

import (
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	strict "github.com/go-jose/go-jose/v4/json"

	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
	"github.com/heddle-dev/heddle/services/auth/internal/token/compact"
)

const (
	// Type is the "typ" of access tokens (RFC 9068, section 2.1): by it they are
	// told from the other tokens that the same keys sign.
	Type = "at+jwt"
	// TypeID is the "typ" of ID tokens.
	TypeID = "JWT"
)

// skew is how far the clocks of two replicas may differ.
const skew = 5 * time.Second

// Mint makes and opens every kind of token. It is safe for concurrent use.
type Mint struct {
	issuer  string
	ring    *Ring
	secrets Secrets
	now     func() time.Time
}

var (
	_ oauth.Minter = (*Mint)(nil)
	_ oauth.Opener = (*Mint)(nil)
)

// The errors of a Mint.
var (
	// ErrNoKey says that there is no key to sign with.
	ErrNoKey = errors.New("token: no signing key")
	// ErrClaims is the caller's mistake: a token must not be made of these.
	ErrClaims = errors.New("token: these claims contradict each other")
	// ErrNotOurs says that a token is not of the kind asked for, not ours, or
	// changed. It does not say which.
	ErrNotOurs = errors.New("token: not a token of this kind")
	// ErrExpired says that a token was good, or is not good yet.
	ErrExpired = errors.New("token: its time is over or has not come")
)

// NewMint returns a mint that signs with what the ring holds.
func NewMint(issuer string, ring *Ring, secrets Secrets, now func() time.Time) *Mint {
	return &Mint{issuer, ring, secrets, now}
}

// open verifies a token of a type and reads its claims. The algorithm must be
// that of the key which the token names, and one of the type's.
func (m *Mint) open(token, typ string, algs []jose.SignatureAlgorithm, claims any) (keyID string, err error) {
	h, err := compact.Parse(token)
	if err != nil || h.Type != strings.ToLower(typ) {
		return "", ErrNotOurs
	}
	keys, err := m.ring.state()
	if err != nil {
		return "", err
	}
	key, ok := keys.published[h.KeyID]
	if !ok || h.Alg != key.Alg() {
		return "", ErrNotOurs
	}
	jws, err := jose.ParseSignedCompact(token, algs)
	if err != nil {
		return "", ErrNotOurs
	}
	payload, err := jws.Verify(key.private.Public())
	if err != nil || strict.Unmarshal(payload, claims) != nil {
		return "", ErrNotOurs
	}
	return key.ID, nil
}

// id is a new random one, and a subject token of NATS.
func id() string { return strings.ToLower(rand.Text()) }

// seconds is a NumericDate; zero is the absent one.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func moment(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
