// Package id makes the ids of Heddle's things: 53-bit integers, so that they
// fit a JSON number in every language. One id has two spellings: decimal where
// a dialect wants a number (DIRAC), base32 everywhere else.
//
// An id that comes from the clock sorts by time: 40 bits of milliseconds
// since 2026 and 12 random bits. An id that comes from an idempotency key is a
// hash, with the 53rd bit set, so that the two kinds never meet.
package id

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
)

// ID is an id; zero means none.
type ID uint64

const (
	bits     = 53
	max      = 1<<bits - 1
	fromHash = 1 << (bits - 1)
	// alphabet is Crockford's base32 in lower case: no i, l, o, u.
	alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	length   = 11 // ceil(53/5)
)

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// New returns a fresh id for something made at the given time. Two ids of one
// millisecond are equal once in 4,096 times: a create must expect a new topic
// and take another id on conflict.
func New(at time.Time) ID {
	var r [2]byte
	rand.Read(r[:])
	ms := uint64(at.Sub(epoch).Milliseconds()) & (1<<40 - 1)
	return ID(ms<<12 | uint64(binary.BigEndian.Uint16(r[:])&0xfff))
}

// FromKey returns the id that an idempotency key of one owner stands for.
// kind keeps the keys of different things apart.
func FromKey(kind, owner, key string) ID {
	text := make([]byte, 0, 128)
	for _, s := range [...]string{kind, owner, key} {
		text = append(strconv.AppendInt(text, int64(len(s)), 10), ':')
		text = append(text, s...)
	}
	sum := sha256.Sum256(text)
	return ID(binary.BigEndian.Uint64(sum[:])&(fromHash-1) | fromHash)
}

// String is the base32 spelling: 11 characters of [0-9a-z].
func (id ID) String() string {
	var b [length]byte
	v := uint64(id)
	for i := length - 1; i >= 0; i-- {
		b[i] = alphabet[v&31]
		v >>= 5
	}
	return string(b[:])
}

// Decimal is the spelling as a number.
func (id ID) Decimal() string { return strconv.FormatUint(uint64(id), 10) }

// ErrSyntax says that a text is no id.
var ErrSyntax = errors.New("id: not an id")

// Parse reads the base32 spelling, in either case.
func Parse(s string) (ID, error) {
	if len(s) != length {
		return 0, ErrSyntax
	}
	var v uint64
	for _, c := range strings.ToLower(s) {
		i := strings.IndexRune(alphabet, c)
		if i < 0 {
			return 0, ErrSyntax
		}
		v = v<<5 | uint64(i)
	}
	if v == 0 || v > max {
		return 0, ErrSyntax
	}
	return ID(v), nil
}

// ParseDecimal reads the decimal spelling.
func ParseDecimal(s string) (ID, error) {
	v, err := strconv.ParseUint(s, 10, 64)
	if err != nil || v == 0 || v > max || strconv.FormatUint(v, 10) != s {
		return 0, ErrSyntax
	}
	return ID(v), nil
}

// MarshalJSON writes the base32 spelling.
func (id ID) MarshalJSON() ([]byte, error) { return []byte(`"` + id.String() + `"`), nil }

// UnmarshalJSON reads the base32 spelling; the empty string is no id.
func (id *ID) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == "" {
		*id = 0
		return nil
	}
	v, err := Parse(s)
	if err != nil {
		return err
	}
	*id = v
	return nil
}

// MarshalText writes the base32 spelling: ids may be keys of JSON objects.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads the base32 spelling, as in a path or a query.
func (id *ID) UnmarshalText(b []byte) error {
	v, err := Parse(string(b))
	if err != nil {
		return err
	}
	*id = v
	return nil
}
