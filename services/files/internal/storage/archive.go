package storage

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Bounds limit an archive.
type Bounds struct {
	Files int   // regular files
	Bytes int64 // of their contents, before compression
}

// Selected are files below a directory, relative to it.
type Selected struct {
	dir   string
	names []string
}

// Names are the paths of the files, relative to the directory.
func (s Selected) Names() []string { return s.names }

// Select finds the regular files below a directory whose path, relative to
// it, matches one of the patterns. A pattern is matched element by element
// (path.Match); one without wildcards is simply a file's path. Links to files
// inside count as files, links to directories are not entered; what a child of
// a sweep shares with its parent (name -> ../name) counts only if it is named
// without wildcards. More than the bounds allow is Exhausted, before anything
// is sent.
func (t *Tree) Select(ctx context.Context, raw string, patterns []string, b Bounds) (Selected, error) {
	_, rel, err := t.dir(raw)
	if err != nil {
		return Selected{}, err
	}
	globs, err := parseGlobs(patterns)
	if err != nil {
		return Selected{}, err
	}
	return (&selection{tree: t, dir: rel, globs: globs, left: b}).run(ctx, raw)
}

// SelectAll finds all regular files below a directory, otherwise as Select.
func (t *Tree) SelectAll(ctx context.Context, raw string, b Bounds) (Selected, error) {
	_, rel, err := t.dir(raw)
	if err != nil {
		return Selected{}, err
	}
	return (&selection{tree: t, dir: rel, all: true, left: b}).run(ctx, raw)
}

// selection is a Select under way.
type selection struct {
	tree  *Tree
	dir   string
	globs []glob
	all   bool
	left  Bounds
	names []string
}

func (s *selection) run(ctx context.Context, raw string) (Selected, error) {
	if err := s.walk(ctx, "", 0); err != nil {
		return Selected{}, toFault(err, raw)
	}
	return Selected{dir: s.dir, names: s.names}, nil
}

func (s *selection) walk(ctx context.Context, rel string, depth int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	dir, err := s.tree.root.Open(path.Join(s.dir, rel))
	if missing(err) {
		return nil // gone meanwhile
	}
	if err != nil {
		return err
	}
	defer dir.Close()
	if names, literal := nextNames(s.globs, depth); literal && !s.all {
		return s.visit(ctx, rel, depth, names)
	}
	return batches(dir, func(names []string) error { return s.visit(ctx, rel, depth, names) })
}

func (s *selection) visit(ctx context.Context, rel string, depth int, names []string) error {
	for _, name := range names {
		at := path.Join(rel, name)
		whole, below := s.all, s.all
		if !s.all {
			whole, below = matches(s.globs, at, depth)
		}
		if hidden(name) || !whole && !below {
			continue
		}
		fi, err := s.tree.root.Lstat(path.Join(s.dir, at))
		if err != nil {
			continue // gone meanwhile
		}
		if fi.IsDir() && below {
			if err := s.walk(ctx, at, depth+1); err != nil {
				return err
			}
		} else if whole {
			if fi.Mode()&fs.ModeSymlink != 0 && !named(s.globs, at) && s.tree.shared(path.Join(s.dir, at)) {
				continue
			}
			if err := s.take(at, fi); err != nil {
				return err
			}
		}
	}
	return nil
}

// shared reports whether a link leads to the entry of the same name one
// directory up. Runners make such links in the directory of each child of a
// sweep: there are the parent's files, once, and not in each of the children.
func (t *Tree) shared(rel string) bool {
	target, err := t.root.Readlink(rel)
	return err == nil && target == "../"+path.Base(rel)
}

// take adds a regular file, or a link that leads to one inside.
func (s *selection) take(at string, fi fs.FileInfo) error {
	size := fi.Size()
	if fi.Mode()&fs.ModeSymlink != 0 {
		f, rel, err := s.tree.stat(shown(path.Join(s.dir, at)))
		if err != nil {
			return nil
		}
		if fi, err = s.tree.root.Lstat(rel); err != nil {
			return nil
		}
		size = f.Size
	}
	if !fi.Mode().IsRegular() {
		return nil
	}
	s.left.Files--
	s.left.Bytes -= size
	if s.left.Files < 0 || s.left.Bytes < 0 {
		return fault.New(fault.Exhausted, "files.archive_too_large", "That is more than may be taken at once.").WithStatus(413)
	}
	s.names = append(s.names, at)
	return nil
}

// Archive writes the selected files as tar.gz. Each is as long as it was when
// its turn came, however it grows meanwhile; files that have gone are left
// out. After an error what was written is not a whole archive.
func (t *Tree) Archive(ctx context.Context, w io.Writer, s Selected) error {
	zip := gzip.NewWriter(w)
	out := tar.NewWriter(zip)
	for _, name := range s.names {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := t.pack(out, s.dir, name); err != nil {
			return fmt.Errorf("archive %q: %w", name, err)
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	return zip.Close()
}

func (t *Tree) pack(out *tar.Writer, dir, name string) error {
	f, fi, err := t.Open(shown(path.Join(dir, name)))
	if err != nil {
		return nil // gone, or no longer a file
	}
	defer f.Close()
	err = out.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: name, Size: fi.Size(),
		Mode: int64(fi.Mode().Perm()), ModTime: fi.ModTime(), Format: tar.FormatPAX,
	})
	if err != nil {
		return err
	}
	n, err := io.CopyN(out, f, fi.Size())
	if err == io.EOF {
		return fmt.Errorf("the file shrank from %d to %d bytes", fi.Size(), n)
	}
	return err
}
