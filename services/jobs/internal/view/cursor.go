package view

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
)

// ErrCursor says that a cursor was not made here, or for another query.
var ErrCursor = errors.New("view: not a cursor of this query")

const sumSize = 6

// cursor spells a place in the results of the query: the position of the last
// job shown, and a sum that ties it to the query.
func (q Query) cursor(seq uint64) string {
	b := binary.BigEndian.AppendUint64(nil, seq)
	return base64.RawURLEncoding.EncodeToString(append(b, q.sum(seq)...))
}

// After returns the query that goes on where the cursor points.
func (q Query) After(cursor string) (Query, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(b) != 8+sumSize {
		return q, ErrCursor
	}
	seq := binary.BigEndian.Uint64(b)
	if seq == 0 || string(q.sum(seq)) != string(b[8:]) {
		return q, ErrCursor
	}
	q.Before = seq
	return q, nil
}

// sum is a checksum, not a signature: whoever forges a cursor sees only what
// the query shows them anyway.
func (q Query) sum(seq uint64) []byte {
	q.Before, q.Limit, q.Offset = seq, 0, 0
	b, _ := json.Marshal(q) // strings and numbers: it cannot fail
	s := sha256.Sum256(b)
	return s[:sumSize]
}
