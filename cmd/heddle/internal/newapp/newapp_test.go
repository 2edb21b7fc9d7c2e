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
	if out, err := goIn(dir, "vet", "."); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if err := newapp.Write(dir, "my-app", root); err == nil {
		t.Error("what is there was written over")
	}
}

func goIn(dir string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "GOPROXY=off", "GOSUMDB=off")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// What is missing of a route fails the program's own test, which says so.
func TestANewProgramIsTested(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "my-app")
	if err := newapp.Write(dir, "my-app", root); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ file, from, to, want string }{
		{"main.go", "", "", ""},
		{"main.go", "who.Authenticated", "who.Rule{}", "GET /hello/{name}: has no access rule"},
		{"main.go", `rest.MustReadDoc(texts, "greet.md")`, "rest.Doc{}", "GET /hello/{name}: has no title"},
		{"greet.md", "", "# Greet somebody\n", "GET /my-app/hello/{name}: has no text"},
		{"greet.md", "Hello, world!", "Hallo, Welt!", "GET /my-app/hello/{name}: its example \"Greet somebody\" does not run"},
	} {
		path := filepath.Join(dir, c.file)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		changed := strings.Replace(string(text), c.from, c.to, 1)
		if c.from == "" && c.to != "" {
			changed = c.to
		}
		if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
			t.Fatal(err)
		}
		out, err := goIn(dir, "test", ".")
		if (err == nil) != (c.want == "") || !strings.Contains(out, c.want) {
			t.Errorf("%s: %v, and not %q:\n%s", c.file, err, c.want, out)
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
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
