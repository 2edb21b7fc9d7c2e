package policy

import (
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// TestTransferIntoADirectory: a slash at the end says that a directory is meant.
func TestTransferIntoADirectory(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]string{"in": "in", "in/": "in/", "./a//b/": "a/b/"} {
		c := Transfer{Transfer: jobsapi.Transfer{From: "https://h/f", To: to}}.Carry(jobsapi.Job{}, jobsapi.Secret{})
		if c.Path.Path != want {
			t.Errorf("%q is %q", to, c.Path.Path)
		}
	}
}
