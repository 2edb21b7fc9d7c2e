package carry

import (
	"context"
	"path"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// found are the files of a tree that a path means.
type found struct {
	dir   string   // a path of the tree
	names []string // of files, relative to it
	alone bool     // the path names one file
}

// find finds the files that a path means: the file itself, all files below a
// directory, or those that match the pattern; a name with the signs of a
// pattern in it comes first. Nothing at all is Missing.
func find(ctx context.Context, tree *storage.Tree, raw string, b storage.Bounds) (found, error) {
	f, err := tree.Stat(raw)
	switch {
	case err == nil && f.Dir:
		s, err := tree.SelectAll(ctx, raw, b)
		return found{dir: raw, names: s.Names()}, err
	case err == nil:
		return found{dir: path.Dir(f.Path), names: []string{f.Name}, alone: true}, nil
	case !fault.Is(err, fault.Missing) || !pattern(raw):
		return found{}, err
	}
	dir, glob := split(raw)
	s, err := tree.Select(ctx, dir, []string{glob}, b)
	if err == nil && len(s.Names()) == 0 {
		err = fault.New(fault.Missing, "files.missing", "No file matches %q.", raw)
	}
	return found{dir: dir, names: s.Names()}, err
}

func pattern(p string) bool { return strings.ContainsAny(p, "*?[") }

// split takes the directories that a pattern begins with off it.
func split(raw string) (dir, glob string) {
	elements := strings.Split(strings.Trim(raw, "/"), "/")
	for i, e := range elements {
		if pattern(e) {
			return path.Join(elements[:i]...), strings.Join(elements[i:], "/")
		}
	}
	return raw, ""
}
