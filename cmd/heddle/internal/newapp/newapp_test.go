package newapp_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/newapp"
)

const root = "../../../.."

// The program builds outside the repository, without a network and with
// nothing but the source.
func TestANewProgramBuilds(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "apps", "my-app")
	if err := newapp.Write(dir, "my-app", root); err != nil {
		t.Fatal(err)
	}
	main, err := os.ReadFile(filepath.Join(dir, "main.go"))
	if err != nil || strings.Count(string(main), "\n") >= 40 {
		t.Errorf("main.go has %d lines, %v", strings.Count(string(main), "\n"), err)
	}
	cmd := exec.Command("go", "vet", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "GOPROXY=off", "GOSUMDB=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if err := newapp.Write(dir, "my-app", root); err == nil {
		t.Error("what is there was written over")
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "A", "1a", "-a", "a b", "a/b", "..", "a\n", strings.Repeat("a", 41)} {
		if err := newapp.Write(filepath.Join(t.TempDir(), "x"), name, root); err == nil {
			t.Errorf("%q is a name", name)
		}
	}
}

func TestSourceIsFoundAbove(t *testing.T) {
	t.Parallel()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	found, err := newapp.Source(here)
	if want, _ := filepath.Abs(root); err != nil || found != want {
		t.Errorf("it is at %q, %v", found, err)
	}
	if found, err := newapp.Source(t.TempDir()); err == nil {
		t.Errorf("it is at %q", found)
	}
}
