package storage

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"syscall"
)

// maxLinks bounds the symbolic links of one path, as Linux does.
const maxLinks = 40

// resolve returns the path without symbolic links. Links that stay inside the
// tree are followed, those that leave it are Denied. With last false, a link
// as the last element is kept, for operations on the link itself. Elements
// that do not exist are kept as they are; the operation reports them.
//
// This is a courtesy, not the guard: os.Root refuses a link that is put in
// after this look. It makes uploads land where a link points to, and it lets
// links with an absolute target work where the target is inside, which a
// program that runs in the directory makes without a second thought.
func (t *Tree) resolve(raw string, last bool) (string, error) {
	clean, err := Clean(raw)
	if err != nil || clean == "." {
		return clean, err
	}
	var done []string
	todo := strings.Split(clean, "/")
	for links := 0; len(todo) > 0; {
		name := todo[0]
		todo = todo[1:]
		if name == "" || name == "." {
			continue
		}
		if name == ".." {
			if len(done) == 0 {
				return "", escapes(raw)
			}
			done = done[:len(done)-1]
			continue
		}
		done = append(done, name)
		if len(todo) == 0 && !last {
			break
		}
		target, err := t.link(join(done))
		switch {
		case err != nil:
			return t.rest(raw, done, todo, err)
		case target == "":
			continue
		}
		if links++; links > maxLinks {
			return "", toFault(syscall.ELOOP, raw)
		}
		done = done[:len(done)-1]
		if path.IsAbs(target) {
			if target, err = t.inside(target, raw); err != nil {
				return "", err
			}
			done = nil
		}
		todo = append(strings.Split(target, "/"), todo...)
	}
	return join(done), nil
}

// link returns where a symbolic link points, or "" if rel is not a link.
func (t *Tree) link(rel string) (string, error) {
	fi, err := t.root.Lstat(rel)
	if err != nil || fi.Mode()&fs.ModeSymlink == 0 {
		return "", err
	}
	return t.root.Readlink(rel)
}

// rest is the resolved path where its walk met an element that is not there.
func (t *Tree) rest(raw string, done, todo []string, err error) (string, error) {
	if !missing(err) {
		return "", toFault(err, raw)
	}
	if slices.Contains(todo, "..") { // a link through something that is not there
		return "", toFault(fs.ErrNotExist, raw)
	}
	return join(append(done, todo...)), nil
}

// inside turns an absolute link target into one relative to the tree.
func (t *Tree) inside(target, raw string) (string, error) {
	for _, at := range t.at {
		if target == at {
			return ".", nil
		}
		if rel, ok := strings.CutPrefix(target, at+"/"); ok {
			return rel, nil
		}
	}
	return "", escapes(raw)
}

func missing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}
