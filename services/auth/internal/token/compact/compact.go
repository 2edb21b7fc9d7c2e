// Package compact reads the outside of a signed token: the compact
// serialization of RFC 7515, section 7.1, and nothing else. It is separate, and
// comes before any JOSE library, because libraries read more than is wanted
// here (the JSON serialization, white space, keys that a token brings along),
// and because those who open our tokens and those who verify others' must be
// equally strict.
package compact

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
)

// Max bounds a token, in bytes, before anything is decoded.
const Max = 16 << 10

// Err says that a text is no signed token, or one with a header that is not
// honoured. It does not quote the text.
var Err = errors.New("compact: not a signed token in the compact serialization")

// Header is what of a token's header may be believed once the signature is
// verified.
type Header struct {
	Alg   string
	Type  string // lower case, without "application/"; empty: absent
	KeyID string // empty: absent
}

// refused are the header members that name keys other than the registered
// ones, or change what a signature means. A token that has them counts on them
// being honoured, so it is refused and not half understood.
var refused = [...]string{"crit", "jwk", "jku", "x5u", "x5c", "b64", "zip", "enc"}

// Parse reads the header of a token.
func Parse(token string) (Header, error) {
	head, rest, _ := strings.Cut(token, ".")
	payload, signature, ok := strings.Cut(rest, ".")
	if !ok || len(token) > Max || head == "" || payload == "" || signature == "" ||
		strings.Contains(signature, ".") || strings.ContainsFunc(token, strange) {
		return Header{}, Err
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(head)
	if err != nil {
		return Header{}, Err
	}
	// The last character has bits that mean nothing: one token, one spelling.
	if _, err := base64.RawURLEncoding.Strict().DecodeString(signature); err != nil {
		return Header{}, Err
	}
	// A map, because struct fields are matched in any case: "TYP" is not "typ".
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return Header{}, Err
	}
	for _, name := range refused {
		if _, there := members[name]; there {
			return Header{}, Err
		}
	}
	return read(members)
}

func strange(r rune) bool {
	return r != '.' && r != '-' && r != '_' && !('0' <= r && r <= '9') && !('a' <= r && r <= 'z') && !('A' <= r && r <= 'Z')
}

func read(members map[string]json.RawMessage) (Header, error) {
	var h Header
	for name, into := range map[string]*string{"alg": &h.Alg, "typ": &h.Type, "kid": &h.KeyID} {
		value, there := members[name]
		if there && (json.Unmarshal(value, into) != nil || *into == "") {
			return Header{}, Err // null leaves it empty, too
		}
	}
	if h.Alg == "" {
		return Header{}, Err
	}
	h.Type = strings.TrimPrefix(strings.ToLower(h.Type), "application/")
	return h, nil
}
