// Package keytext is how an API key is written: hdl_ID_SECRET_SUM. The id
// finds it without a search, the secret is 256 random bits in base64url, and
// the sum tells a mistyped key, and tools that look for leaked secrets, what
// it is. It is separate from the domain because it makes and reads secrets,
// and pure.
package keytext

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash/crc32"
	"regexp"
	"strings"
)

// Prefix is what every key begins with, and nothing else does.
const Prefix = "hdl_"

// bytes of the secret.
const bytes = 32

// ErrSyntax says that a text is no key. It holds nothing of the text.
var ErrSyntax = errors.New("keytext: not an API key")

// New makes a key: its id, its text, which nobody can be told again, and the
// hash to keep.
func New() (id, text string, sum []byte) {
	secret := make([]byte, bytes)
	rand.Read(secret) // it never fails
	id = strings.ToLower(rand.Text())
	text = Prefix + id + "_" + base64.RawURLEncoding.EncodeToString(secret)
	return id, text + "_" + Sum(text), hash(secret)
}

// syntax of a key; the secret may have underscores of its own.
var syntax = regexp.MustCompile(`^(hdl_([a-z2-7]{26})_([A-Za-z0-9_-]{43}))_([0-9a-f]{8})$`)

// Parse reads a key and hashes its secret.
func Parse(text string) (id string, sum []byte, err error) {
	m := syntax.FindStringSubmatch(text)
	if m == nil || m[4] != Sum(m[1]) {
		return "", nil, ErrSyntax
	}
	secret, err := base64.RawURLEncoding.Strict().DecodeString(m[3])
	if err != nil || len(secret) != bytes {
		return "", nil, ErrSyntax
	}
	return m[2], hash(secret), nil
}

// Sum is the sum of what stands before it.
func Sum(text string) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(text))) }

// hash needs no salt and no work factor: nobody guesses 256 bits.
func hash(secret []byte) []byte {
	sum := sha256.Sum256(secret)
	return sum[:]
}
