package password

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/heddle-dev/heddle/pkg/who/remember"
)

const (
	// proofTTL is how long a verified password is remembered.
	proofTTL = 5 * time.Minute
	// maxProofs bounds the verified passwords in memory.
	maxProofs = 10_000
)

// Proofs remembers which passwords were verified, so that a client that sends
// its password with every request does not pay for argon2id each time. What
// is kept is a keyed hash under a key that dies with the process; since the
// credential's id is part of it, a changed password finds nothing.
type Proofs struct {
	key  []byte
	now  func() time.Time
	seen *remember.Memory[[sha256.Size]byte, struct{}]
}

// NewProofs returns an empty memory that reads the time from now.
func NewProofs(now func() time.Time) *Proofs {
	key := make([]byte, sha256.Size)
	rand.Read(key)
	return &Proofs{key: key, now: now, seen: remember.New[[sha256.Size]byte, struct{}](maxProofs, now)}
}

// Has reports whether the password was verified for that name and credential
// not long ago.
func (p *Proofs) Has(name, credential, password string) bool {
	_, ok := p.seen.Get(p.Sum(name, credential, password))
	return ok
}

// Add remembers that it was.
func (p *Proofs) Add(name, credential, password string) {
	p.seen.Put(p.Sum(name, credential, password), struct{}{}, p.now().Add(proofTTL))
}

// Sum stands for texts that must not be kept, for as long as the process runs.
func (p *Proofs) Sum(parts ...string) (out [sha256.Size]byte) {
	h := hmac.New(sha256.New, p.key)
	for _, s := range parts { // each with its length: "a","bc" is not "ab","c"
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(s))))
		h.Write([]byte(s))
	}
	h.Sum(out[:0])
	return out
}
