// Package password hashes passwords with argon2id and verifies them, so many
// at once as the machine bears and no more. It is separate because it is the
// only place that holds a password longer than a call needs it, and the only
// one whose cost an attacker can choose.
package password

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// params are argon2id's costs: what OWASP recommends for it with 19 MiB. They
// are written into each hash, so that they can be raised for new ones.
type params struct {
	memory  uint32 // KiB
	time    uint32 // passes
	threads uint8
}

const (
	saltLength = 16
	keyLength  = 32
)

func current() params { return params{memory: 19 << 10, time: 2, threads: 1} }

// MaxLength bounds a password, in bytes.
const MaxLength = 1024

// ErrHash says that a stored hash cannot be read.
var ErrHash = errors.New("password: not an argon2id hash")

// hash returns the PHC string of a password under a new salt:
// $argon2id$v=19$m=19456,t=2,p=1$<salt>$<key>.
func hash(password string) string {
	salt := make([]byte, saltLength)
	rand.Read(salt)
	p := current()
	key := argon2.IDKey([]byte(password), salt, p.time, p.memory, p.threads, keyLength)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, p.memory, p.time, p.threads, b64(salt), b64(key))
}

// matches reports whether the password is the one that was hashed.
func matches(phc, password string) (bool, error) {
	p, salt, want, err := parse(phc)
	if err != nil {
		return false, err
	}
	got := argon2.IDKey([]byte(password), salt, p.time, p.memory, p.threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

func parse(phc string) (p params, salt, key []byte, err error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, ErrHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.threads); err != nil {
		return p, nil, nil, ErrHash
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(key) < 16 || !p.bearable() {
		return p, nil, nil, ErrHash
	}
	return p, salt, key, nil
}

// bearable keeps a damaged hash from asking for all the memory there is.
func (p params) bearable() bool {
	return p.memory >= 8 && p.memory <= 1<<20 && p.time >= 1 && p.time <= 64 && p.threads >= 1
}
