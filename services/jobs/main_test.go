package jobs_test

import (
	"os"
	"testing"

	"github.com/heddle-dev/heddle/services/jobs"
)

func TestMain(m *testing.M) {
	jobs.Keep()
	os.Exit(m.Run())
}
