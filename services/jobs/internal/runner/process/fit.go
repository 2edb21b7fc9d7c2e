package process

import (
	"fmt"
	"os"
)

// probeSize is more than a file system keeps in a file's last block.
const probeSize = 64 << 10

// Fit reports whether the directories that every start needs take files.
func (e *Executor) Fit() error {
	for _, dir := range []string{e.cfg.WorkDirs, e.runs} {
		if err := takesFiles(dir); err != nil {
			return fmt.Errorf("process executor: %w", err)
		}
	}
	return nil
}

func takesFiles(dir string) error {
	f, err := os.CreateTemp(dir, ".fit-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err := f.Write(make([]byte, probeSize)); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
