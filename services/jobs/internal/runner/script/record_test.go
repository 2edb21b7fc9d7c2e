package script_test

import (
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/script"
)

// A record says which hook it was; whatever else somebody has written there
// says nothing.
func TestReadRecord(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		at   script.Stage
		code int
	}{
		"pre\n": {script.InPre, 0}, "post\n": {script.InPost, 0}, "pre 3\n": {script.InPre, 3}, "post 255\n": {script.InPost, 255},
		"": {}, "pre": {}, "pre 3": {}, "main\n": {}, "pre 0\n": {}, "pre 256\n": {}, "pre +3\n": {}, "pre 03\n": {}, "pre x\n": {},
		"pre 3 \n": {}, "pre\npost\n": {}, " pre\n": {}, "PRE\n": {}, "\x00\n": {},
	} {
		if at, code := script.ReadRecord(text); at != want.at || code != want.code {
			t.Errorf("%q: %q, %d", text, at, code)
		}
	}
}
