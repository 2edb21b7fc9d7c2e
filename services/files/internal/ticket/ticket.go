// Package ticket makes and checks leave to move bytes: a signed token that
// says which file, what for, for whom and until when. It is separate because
// the HTTP door must trust nothing but the signature: it asks no other
// service, so that any replica can honour any other's ticket.
package ticket

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// Life is how long a ticket is good for.
const Life = 60 * time.Second

// Leave is what a ticket says.
type Leave struct {
	Tree     storage.Key `json:"t"`
	Path     string      `json:"p"`
	For      string      `json:"f"` // what filesapi calls Read, Write, …
	Patterns []string    `json:"g,omitempty"`
	User     string      `json:"u"`
	Expires  time.Time   `json:"e"`
}

// Signer signs and checks tickets with a key that all replicas share.
type Signer struct{ key []byte }

// KeySize is the length of a key in bytes.
const KeySize = 32

// NewSigner returns a signer; the key has KeySize bytes.
func NewSigner(key []byte) *Signer { return &Signer{key: key} }

// purpose keeps these signatures apart from any other use of the key.
const purpose = "heddle files ticket v1\n"

var encoding = base64.RawURLEncoding

// Sign makes a token: the leave and its signature, both in base64url.
func (s *Signer) Sign(l Leave) (string, error) {
	body, err := json.Marshal(l)
	if err != nil {
		return "", err
	}
	payload := encoding.EncodeToString(body)
	return payload + "." + encoding.EncodeToString(s.mac(payload)), nil
}

// Check returns what a token says, if it was signed with the key and is still
// good at the given time; else the fault is Unauthenticated.
func (s *Signer) Check(token string, now time.Time) (Leave, error) {
	payload, signature, ok := strings.Cut(token, ".")
	mac, err := encoding.DecodeString(signature)
	if !ok || err != nil || !hmac.Equal(mac, s.mac(payload)) {
		return Leave{}, invalid()
	}
	var l Leave
	body, err := encoding.DecodeString(payload)
	if err != nil || json.Unmarshal(body, &l) != nil {
		return Leave{}, invalid()
	}
	if !now.Before(l.Expires) {
		return Leave{}, fault.New(fault.Unauthenticated, "ticket.expired", "The ticket has expired; ask for another.")
	}
	return l, nil
}

func (s *Signer) mac(payload string) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(purpose))
	h.Write([]byte(payload))
	return h.Sum(nil)
}

func invalid() error {
	return fault.New(fault.Unauthenticated, "ticket.invalid", "The ticket is not valid.")
}
