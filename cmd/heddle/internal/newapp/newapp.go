// Package newapp writes the beginning of a mini application: a program of
// somebody's own that builds from its own directory. It is separate from the
// command line because the example in the repository is made by it, too.
package newapp

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"
)

//go:embed template
var files embed.FS

var templates = template.Must(template.ParseFS(files, "template/*.tmpl"))

var validName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// Files are those of a new program, by name. source is Heddle's source, and
// path is where the program's go.mod finds it: Heddle's modules are not
// published, so that a program is built against a copy of them.
func Files(name string, source fs.FS, path string) (map[string][]byte, error) {
	if !validName.MatchString(name) {
		return nil, fmt.Errorf("%q is no name for a program: use up to 40 lower-case letters, digits and dashes, with a letter first", name)
	}
	mod, err := fs.ReadFile(source, "pkg/go.mod")
	if err != nil {
		return nil, err
	}
	sums, err := fs.ReadFile(source, "pkg/go.sum")
	if err != nil {
		return nil, err
	}
	data := map[string]string{
		"Name": name, "Title": title(name), "Path": path, "Go": goVersion(mod), "Requires": requires(mod),
	}
	out := map[string][]byte{"go.sum": sums}
	for _, file := range []string{"main.go", "main_test.go", "greet.md", "README.md", "go.mod"} {
		var b bytes.Buffer
		if err := templates.ExecuteTemplate(&b, file+".tmpl", data); err != nil {
			return nil, err
		}
		out[file] = b.Bytes()
	}
	return out, nil
}

// Write makes the directory dir and the files of a program in it. There must
// not be anything yet.
func Write(dir, name, source string) error {
	source, err := filepath.Abs(source)
	if err != nil {
		return err
	}
	made, err := Files(name, os.DirFS(source), filepath.Join(source, "pkg"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	for file, text := range made {
		if err := os.WriteFile(filepath.Join(dir, file), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Source finds Heddle's source at or above a directory.
func Source(dir string) (string, error) {
	for at := dir; ; at = filepath.Dir(at) {
		mod, err := os.ReadFile(filepath.Join(at, "pkg", "go.mod"))
		if err == nil && bytes.HasPrefix(mod, []byte("module github.com/heddle-dev/heddle/pkg\n")) {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", errors.New("where is Heddle's source? Give its directory with --source: programs are built against it")
		}
	}
}

// title is a name as people write it.
func title(name string) string {
	words := strings.ReplaceAll(name, "-", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

func goVersion(mod []byte) string {
	for line := range strings.Lines(string(mod)) {
		if v, ok := strings.CutPrefix(line, "go "); ok {
			return strings.TrimSpace(v)
		}
	}
	return "1.26.0"
}

// requires are the lines of what the framework needs, so that the program is
// built with the very versions that Heddle was tested with.
func requires(mod []byte) string {
	var out strings.Builder
	inside := false
	for line := range strings.Lines(string(mod)) {
		switch text := strings.TrimSpace(line); {
		case text == "require (":
			inside = true
		case text == ")":
			inside = false
		case inside && text != "":
			text, _, _ = strings.Cut(text, " //")
			fmt.Fprintf(&out, "\t%s // indirect\n", text)
		}
	}
	return out.String()
}
