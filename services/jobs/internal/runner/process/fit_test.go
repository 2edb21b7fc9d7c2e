package process

import (
	"os"
	"testing"
)

func TestFitTellsOfALostDirectory(t *testing.T) {
	t.Parallel()
	e := &Executor{cfg: Config{WorkDirs: t.TempDir()}, runs: t.TempDir()}
	if err := e.Fit(); err != nil {
		t.Errorf("both directories are there: %v", err)
	}
	if left, err := os.ReadDir(e.cfg.WorkDirs); err != nil || len(left) > 0 {
		t.Errorf("the probe left %v, %v", left, err)
	}
	if err := os.Remove(e.cfg.WorkDirs); err != nil {
		t.Fatal(err)
	}
	if e.Fit() == nil {
		t.Error("the working directories are gone, and it is fit")
	}
}
