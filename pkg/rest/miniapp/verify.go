package miniapp

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

const (
	// MaxSkew is how far the clocks of the gateway and the program may differ,
	// and how long a request may be on its way.
	MaxSkew = 30 * time.Second
	// maxHeader bounds what is decoded.
	maxHeader = 64 << 10
	// maxSenders are the replicas of a gateway that are known at once.
	maxSenders = 256
)

// Verifier tells whether a request comes from a gateway that took this
// program's registration. It is safe for concurrent use.
type Verifier struct {
	key Secret
	now func() time.Time

	mu      sync.Mutex
	senders map[string]*window
}

// NewVerifier returns a verifier for the key that was registered.
func NewVerifier(key Secret, now func() time.Time) *Verifier {
	return &Verifier{key: key, now: now, senders: map[string]*window{}}
}

// Verify reads the header's value for a request with this method and target.
// What is forged, of another request, out of time or seen before is the fault
// Unauthenticated, with one text for all.
func (v *Verifier) Verify(value, method, uri string) (Caller, error) {
	s, ok := v.open(value)
	if !ok || s.Method != method || s.URI != uri {
		return Caller{}, errCaller
	}
	now := v.now()
	if d := now.Sub(time.UnixMilli(s.At)); d > MaxSkew || d < -MaxSkew {
		return Caller{}, errCaller
	}
	if !v.first(s.From, s.Number, now) {
		return Caller{}, errCaller
	}
	return s.Caller, nil
}

var errCaller = fault.New(fault.Unauthenticated, "app.gateway_only",
	"This program is reached through the gateway that it has joined, and not by itself.")

// open returns what is said, if it was said by a holder of the key.
func (v *Verifier) open(value string) (statement, bool) {
	text64, sum64, found := strings.Cut(value, ".")
	if !found || len(value) > maxHeader {
		return statement{}, false
	}
	text, err1 := base64.RawURLEncoding.DecodeString(text64)
	sum, err2 := base64.RawURLEncoding.DecodeString(sum64)
	if err1 != nil || err2 != nil || !hmac.Equal(sum, mac(v.key, "caller", text)) {
		return statement{}, false
	}
	var s statement
	return s, json.Unmarshal(text, &s) == nil
}

// first reports whether this statement of a sender was not seen before.
func (v *Verifier) first(sender string, number uint64, now time.Time) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	w := v.senders[sender]
	if w == nil {
		if len(v.senders) >= maxSenders && !v.forget(now) {
			return false
		}
		w = &window{}
		v.senders[sender] = w
	}
	w.last = now
	return w.take(number)
}

// forget drops the senders all of whose statements are out of time by now.
func (v *Verifier) forget(now time.Time) (room bool) {
	for name, w := range v.senders {
		if now.Sub(w.last) > 2*MaxSkew {
			delete(v.senders, name)
			room = true
		}
	}
	return room
}
