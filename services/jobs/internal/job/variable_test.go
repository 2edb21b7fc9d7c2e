package job

import "testing"

func TestVariableNames(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{"A": true, "_": true, "a_1": true, "": false, "1a": false, "A-B": false, "A.B": false,
		"A=B": false, "ä": false, "A\x00": false, "@": false, "[": false, "`": false, "{": false} {
		if Variable(name) != ok {
			t.Errorf("%q: %v", name, !ok)
		}
	}
}
