//go:build external

package redistest_test

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/redistest"
)

func TestRealServerAnswers(t *testing.T) {
	t.Parallel()
	if got := ask(t, redistest.Real(t), "SET k v EX 60"); got != "+OK" {
		t.Fatal(got)
	}
}
