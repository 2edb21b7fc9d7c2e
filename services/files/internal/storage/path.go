package storage

import (
	"path"
	"strings"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/fault"
)

const (
	maxPath = 4095 // bytes of a whole path, as Linux has it
	maxName = 255  // bytes of one element
	// Names that begin so are our own: nobody can use one, and no listing
	// shows one.
	partPrefix = ".heddle-part-" // an unfinished upload
	gonePrefix = ".heddle-gone-" // a directory on its way out
)

// Clean returns a caller's path as a path relative to the storage's root,
// "." for the root itself. Leading, doubled and trailing slashes and "."
// elements do not matter. A ".." is Denied even where it would stay inside:
// behind a symbolic link it does not mean what it seems to. What no file can
// be called is Invalid.
func Clean(raw string) (string, error) {
	if len(raw) > maxPath {
		return "", badPath("is longer than %d bytes", maxPath)
	}
	if !utf8.ValidString(raw) {
		return "", badPath("is not valid UTF-8")
	}
	if strings.ContainsRune(raw, 0) {
		return "", badPath("contains a NUL byte")
	}
	var names []string
	for name := range strings.SplitSeq(raw, "/") {
		switch {
		case name == "" || name == ".":
			continue
		case name == "..":
			return "", escapes(raw)
		case len(name) > maxName:
			return "", badPath("has a name of more than %d bytes", maxName)
		case hidden(name):
			return "", badPath("contains the name %q, which is reserved", name)
		}
		names = append(names, name)
	}
	return join(names), nil
}

func join(names []string) string {
	if len(names) == 0 {
		return "."
	}
	return path.Join(names...)
}

// hidden reports whether a name is one of our own.
func hidden(name string) bool {
	return strings.HasPrefix(name, partPrefix) || strings.HasPrefix(name, gonePrefix)
}

// shown is the path as callers see it: absolute, from the storage's root.
func shown(rel string) string { return path.Join("/", rel) }

func badPath(format string, args ...any) error {
	return fault.New(fault.Invalid, "files.path", "The path is not valid.").WithField("path", format, args...)
}

func escapes(raw string) error {
	return fault.New(fault.Denied, "files.escape", "The path leads out of the storage.").WithField("path", "leads out: %q", raw)
}
