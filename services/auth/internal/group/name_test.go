package group

import (
	"strings"
	"testing"
)

func TestParseName(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"users", "dirac_user", "a.b-c9"} {
		if got, err := ParseName(in); string(got) != in || err != nil {
			t.Errorf("ParseName(%q) = %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "Users", "9a", "a b", "a\n", "a,b", strings.Repeat("x", 65)} {
		if got, err := ParseName(in); err == nil {
			t.Errorf("ParseName(%q) = %q", in, got)
		}
	}
}
