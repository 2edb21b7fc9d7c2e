package arg

import (
	"encoding/hex"
	"errors"
)

// ObjectID is an id in MongoDB's form: 12 bytes, written as 24 hexadecimal
// digits.
type ObjectID [12]byte

// ParseObjectID reads 24 hexadecimal digits of either case.
func ParseObjectID(text string) (ObjectID, bool) {
	var id ObjectID
	return id, id.UnmarshalText([]byte(text)) == nil
}

// String is the id in lower-case digits.
func (id ObjectID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText is String, for JSON.
func (id ObjectID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads 24 hexadecimal digits.
func (id *ObjectID) UnmarshalText(text []byte) error {
	if len(text) != 2*len(id) {
		return errObjectID
	}
	var read ObjectID
	if _, err := hex.Decode(read[:], text); err != nil {
		return errObjectID
	}
	*id = read
	return nil
}

var errObjectID = errors.New("is not 24 hexadecimal digits")
