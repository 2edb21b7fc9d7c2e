package runner_test

import (
	"os"
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/keeper"
)

func TestMain(m *testing.M) {
	keeper.Main()
	os.Exit(m.Run())
}
