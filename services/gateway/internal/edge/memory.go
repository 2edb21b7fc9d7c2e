package edge

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"time"

	"github.com/heddle-dev/heddle/pkg/who/remember"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

const (
	// rememberFor bounds how long the auth service is not asked again. What
	// it would say otherwise is known earlier, from its journal.
	rememberFor = time.Minute
	maxKnown    = 10_000
)

// proofKey names a credential without holding it.
type proofKey [sha256.Size]byte

// memory is what the auth service said of credentials lately, so that a client
// that sends its password with every request costs one question a minute.
type memory struct {
	Proofs
	known  *remember.Memory[proofKey, *authapi.Resolved]
	secret [32]byte // in the names, so that whoever reads the memory can try no passwords
}

func newMemory(p Proofs) *memory {
	m := &memory{Proofs: p, known: remember.New[proofKey, *authapi.Resolved](maxKnown, p.Now)}
	rand.Read(m.secret[:])
	return m
}

// ask answers from memory as long as nothing about the user has changed.
func (m *memory) ask(key proofKey, ask func() (authapi.Resolved, error)) (Proven, error) {
	if known, ok := m.known.Get(key); ok && m.Standing.Fresh(known.Facts) {
		return Known(*known), nil
	}
	said, err := ask()
	if err != nil {
		return Proven{}, err
	}
	until := m.Now().Add(rememberFor)
	if end := said.Facts.Expires; !end.IsZero() && end.Before(until) {
		until = end
	}
	m.known.Put(key, &said, until)
	return Known(said), nil
}

// name hashes the parts of a credential; JSON keeps them apart.
func (m *memory) name(parts ...any) (key proofKey) {
	text, _ := json.Marshal(parts) // bytes, lists of texts and a struct of such
	mac := hmac.New(sha256.New, m.secret[:])
	mac.Write(text)
	mac.Sum(key[:0])
	return key
}

func (m *memory) password(name, password string) proofKey {
	return m.name("password", []byte(name), []byte(password))
}

func (m *memory) certificate(c *authapi.Certificate) proofKey { return m.name("certificate", c) }

func (m *memory) token(accept []authapi.Kind, value string) proofKey {
	return m.name("token", accept, []byte(value))
}
