package assertion

import (
	"encoding/json"
	"math"
	"strings"
	"time"
)

// Skew is how far the signer's clock and ours may differ.
const Skew = 5 * time.Second

// latest bounds a NumericDate: the end of the year 9999.
const latest = 253_402_300_799

// date is a NumericDate (RFC 7519, section 2); zero: absent.
type date struct{ time.Time }

// UnmarshalJSON refuses what no clock shows.
func (d *date) UnmarshalJSON(b []byte) error {
	var seconds float64
	if string(b) == "null" || json.Unmarshal(b, &seconds) != nil || !(seconds > 0 && seconds <= latest) {
		return ErrInvalid
	}
	whole, part := math.Modf(seconds)
	d.Time = time.Unix(int64(whole), int64(part*1e9)).UTC()
	return nil
}

// audience is one text or several.
type audience []string

// UnmarshalJSON reads both forms.
func (a *audience) UnmarshalJSON(b []byte) error {
	if strings.HasPrefix(string(b), "[") {
		return json.Unmarshal(b, (*[]string)(a))
	}
	var one string
	if string(b) == "null" || json.Unmarshal(b, &one) != nil {
		return ErrInvalid
	}
	*a = audience{one}
	return nil
}

// span is how long a token says that it is good for.
type span struct {
	Issued    date `json:"iat"`
	NotBefore date `json:"nbf"`
	Expires   date `json:"exp"`
}

// good reports whether now is within the span, and the span not longer than it
// may be. Both ends must be there.
func (s span) good(now time.Time, longest time.Duration) bool {
	return !s.Issued.IsZero() && !s.Expires.IsZero() &&
		now.Before(s.Expires.Add(Skew)) && !s.Issued.After(now.Add(Skew)) && !s.NotBefore.After(now.Add(Skew)) &&
		s.Expires.After(s.Issued.Time) && s.Expires.Sub(s.Issued.Time) <= longest
}
