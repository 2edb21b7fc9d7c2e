package jobs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestRunnerConfigNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for option, cfg := range map[string]RunnerConfig{
		"":              {Site: "S", JobEnv: []string{"A=b", "C=", "D=e=f"}, MaxFiles: 64, Slots: 1, Grace: time.Second},
		"site":          {},
		"slots":         {Site: "S", Slots: -1},
		"max-files":     {Site: "S", MaxFiles: 3},
		"max-file-size": {Site: "S", MaxFileSize: 1 << 20},
		"max-shared":    {Site: "S", MaxShared: -1},
		"max-processes": {Site: "S", MaxProcesses: -1},
		"grace":         {Site: "S", Grace: -1},
		"job-env":       {Site: "S", JobEnv: []string{"=x"}},
	} {
		err := cfg.Validate()
		if option == "" && err != nil || option != "" && (err == nil || !strings.HasPrefix(err.Error(), option)) {
			t.Errorf("%q: %v", option, err)
		}
	}
}

func TestRunnerIDIsMadeOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "runner.id")
	first, err := runnerID(path)
	if err != nil || first == "" || strings.ContainsAny(first, ".*> ") {
		t.Fatalf("%q, %v", first, err)
	}
	if second, err := runnerID(path); second != first || err != nil {
		t.Errorf("%q, then %q, %v", first, second, err)
	}
	// A torn file is as good as none.
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if third, err := runnerID(path); third == "" || err != nil {
		t.Errorf("%q, %v", third, err)
	}
}
