package miniapp

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"sync/atomic"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
)

// HeaderCaller says who asks, in every request that a gateway sends to a
// program. Nobody can make it but who knows the key of the registration.
const HeaderCaller = "Heddle-Caller"

// Caller is who asks, as far as the gateway knows.
type Caller struct {
	Principal who.Principal `json:"who"` // the zero Principal is nobody
	// Permissions are core4's, where the credential tells them.
	Permissions []string `json:"perms,omitempty"`
}

// statement is what is signed: who asks for what, and when. It is good for
// one request.
type statement struct {
	Caller
	Method string `json:"m"`
	URI    string `json:"u"`
	At     int64  `json:"t"` // Unix milliseconds
	From   string `json:"f"` // the replica of the gateway
	Number uint64 `json:"n"` // of its statements
}

// Signer makes the header for one replica of a gateway.
type Signer struct {
	from   string
	number atomic.Uint64
}

// NewSigner returns a signer with a name that no other has.
func NewSigner() *Signer { return &Signer{from: rand.Text()[:16]} }

// Sign returns the header's value for one request. uri is the request target,
// as it is sent.
func (s *Signer) Sign(key Secret, c Caller, method, uri string, at time.Time) (string, error) {
	text, err := json.Marshal(statement{c, method, uri, at.UnixMilli(), s.from, s.number.Add(1)})
	if err != nil {
		return "", err
	}
	sum := mac(key, "caller", text)
	out := make([]byte, 0, base64.RawURLEncoding.EncodedLen(len(text))+1+base64.RawURLEncoding.EncodedLen(len(sum)))
	out = base64.RawURLEncoding.AppendEncode(out, text)
	out = append(out, '.')
	return string(base64.RawURLEncoding.AppendEncode(out, sum)), nil
}

// mac is the HMAC of a text for one purpose.
func mac(key Secret, purpose string, text []byte) []byte {
	m := hmac.New(sha256.New, []byte(key))
	m.Write([]byte(purpose + "\x00"))
	m.Write(text)
	return m.Sum(nil)
}
