package follow_test

import (
	"testing"

	"github.com/heddle-dev/heddle/services/gateway/internal/follow"
)

func TestCursorText(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"0", "42", "42.1", "9223372036854775807"} {
		if c, err := follow.ParseCursor(s); err != nil || c.String() != s {
			t.Errorf("%s: %v, %v", s, c, err)
		}
	}
	for _, s := range []string{"", "-1", "x", "42.", "42.0", "0.1", "42.x", "1.2.3", "18446744073709551615", "1e3"} {
		if c, err := follow.ParseCursor(s); err == nil {
			t.Errorf("%q is read as %v", s, c)
		}
	}
}
