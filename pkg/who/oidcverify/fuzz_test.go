package oidcverify_test

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// FuzzVerify: whatever is not a token of the issuer is refused, and nothing
// else happens.
func FuzzVerify(f *testing.F) {
	i, v := newIssuer(f)
	good := i.token("k1", i.edKey("k1"), nil)
	f.Add(good)
	f.Add(good + "A")
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		p, facts, err := v.Verify(t.Context(), token)
		switch {
		case err == nil && (p.ID != "u1" || facts.Key != "k1"):
			t.Errorf("%q is %+v", token, p)
		case err != nil && !fault.Is(err, fault.Unauthenticated):
			t.Errorf("%q: %v", token, err)
		}
	})
}
