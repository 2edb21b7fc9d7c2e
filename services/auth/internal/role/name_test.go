package role

import (
	"strings"
	"testing"
)

func TestParseName(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"standard_user", "A.b-9", strings.Repeat("x", 64)} {
		if got, err := ParseName(in); string(got) != in || err != nil {
			t.Errorf("ParseName(%q) = %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "a b", "a\n", "ä", "a/b", "a,b", "*", strings.Repeat("x", 65)} {
		if got, err := ParseName(in); err == nil {
			t.Errorf("ParseName(%q) = %q", in, got)
		}
	}
}
