//go:build faults

// Package faults breaks real processes: it kills, pauses and cuts off each
// part of Heddle while people submit jobs, and then counts. The oracle is
// outside: what clients were promised, what jobs left behind on disk, and the
// journal as any NATS client reads it.
package faults

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

// bin holds the binaries; `make faults` builds them.
var bin string

func TestMain(m *testing.M) {
	root, err := stage.Root()
	if err == nil {
		bin = filepath.Join(root, "bin")
		for _, b := range []string{"heddle", "nats-server", "heddle-jobs"} {
			if _, serr := os.Stat(filepath.Join(bin, b)); serr != nil {
				err = fmt.Errorf("%w\nRun `make faults`, which builds the binaries first", serr)
			}
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// prepared is Heddle as separate processes, none of which runs yet.
func prepared(t *testing.T) *stage.Split {
	t.Helper()
	s, err := stage.NewSplit(bin, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// split starts Heddle as separate processes.
func split(t *testing.T) *stage.Split {
	t.Helper()
	s := prepared(t)
	if err := s.StartAll(stage.Parts(), time.Minute); err != nil {
		t.Fatal(err)
	}
	return s
}
