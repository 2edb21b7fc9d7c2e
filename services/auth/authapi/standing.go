package authapi

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
)

// Standing is how gateways know what no longer stands. They ask once, and
// then follow the journal with Revoked.
type Standing interface {
	// Revocations are those that can still matter, complete to a position of
	// the journal; its tail continues there.
	Revocations(context.Context, Empty) (Revocations, error)
	// AnnounceSite publishes the key with which one gateway signs site tokens,
	// so that every other takes them. Announcing it again changes nothing.
	AnnounceSite(context.Context, SiteKey) (Empty, error)
}

// Revocations is a list and the position it is complete to.
type Revocations struct {
	Position uint64       `json:"position"`
	List     []Revocation `json:"list,omitempty"`
}

// Revocation ends every credential that stands on a fact and was made at or
// before a position of the journal.
type Revocation struct {
	Fact  string    `json:"fact"` // one of who.Facts.Names: "user/ID", "grant/ID", …
	After uint64    `json:"after"`
	Until time.Time `json:"until"` // then no credential is left that it could end
}

// Ends reports whether a credential is over because of r.
func (r Revocation) Ends(f who.Facts) bool {
	return f.Position <= r.After && slices.Contains(f.Names(), r.Fact)
}

// SiteKey is the public half of a gateway's TLS key.
type SiteKey struct {
	ID          string          `json:"id"`          // thumbprint of the certificate, hex
	JWK         json.RawMessage `json:"jwk"`         // public half
	Certificate string          `json:"certificate"` // PEM
	Expires     time.Time       `json:"expires"`     // of the certificate
}
