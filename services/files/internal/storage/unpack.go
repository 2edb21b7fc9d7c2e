package storage

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Store stores one file of an archive.
type Store func(ctx context.Context, path string, content io.Reader, size int64, mode fs.FileMode) error

// Unpack unpacks a tar archive below a directory, which is made. Each regular
// file goes through store, which may want to put it in its own way. Nothing
// leads out: a name or a link that would is Denied, a device, pipe or socket
// is Invalid, and more than the bounds allow is Exhausted; all name the
// member. What came before it stays.
func (t *Tree) Unpack(ctx context.Context, raw string, archive io.Reader, b Bounds, store Store) error {
	base, err := Clean(raw)
	if err != nil {
		return err
	}
	if err := t.makeDirs(base, raw); err != nil {
		return err
	}
	u := &unpacking{tree: t, base: base, left: b, store: store}
	in := tar.NewReader(archive)
	for {
		if err := ctx.Err(); err != nil {
			return fault.From(err)
		}
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return damaged(err)
		}
		if err := u.member(ctx, h, in); err != nil {
			return err
		}
	}
}

// unpacking is an Unpack under way.
type unpacking struct {
	tree  *Tree
	base  string
	left  Bounds
	store Store
}

func (u *unpacking) member(ctx context.Context, h *tar.Header, content io.Reader) error {
	at, err := u.at(h.Name)
	if err != nil {
		return err
	}
	if h.Typeflag == tar.TypeXGlobalHeader {
		return nil
	}
	u.left.Files--
	u.left.Bytes -= max(0, h.Size)
	if u.left.Files < 0 || u.left.Bytes < 0 {
		return fault.New(fault.Exhausted, "files.archive_too_large", "The archive holds more than may be unpacked: %q is too much.", h.Name).WithStatus(413)
	}
	switch h.Typeflag {
	case tar.TypeDir:
		_, err = u.tree.MakeDir(at)
	case tar.TypeReg:
		err = u.file(ctx, at, h, content)
	case tar.TypeSymlink:
		err = u.symlink(at, h)
	case tar.TypeLink:
		err = u.copy(ctx, at, h)
	default:
		err = fault.New(fault.Invalid, "files.archive_member", "The archive's %q is neither a file, a directory nor a link.", h.Name)
	}
	return err
}

// at is where a member goes: a path of the tree.
func (u *unpacking) at(name string) (string, error) {
	if strings.HasPrefix(name, "/") {
		return "", outside(name)
	}
	rel, err := Clean(name)
	if fault.Is(err, fault.Denied) {
		return "", outside(name)
	}
	if err != nil {
		return "", fault.Wrap(err, fault.Invalid, "files.archive_member", "The archive's %q is no name for a file here.", name)
	}
	return path.Join("/", u.base, rel), nil
}

// file takes a regular file. Its owner can always read and write it.
func (u *unpacking) file(ctx context.Context, at string, h *tar.Header, content io.Reader) error {
	return u.store(ctx, at, member{content}, h.Size, fs.FileMode(h.Mode)&0o777|0o600)
}

// symlink takes a link whose target is inside the directory of the archive.
// Who writes through one later is bound by the tree all the same.
func (u *unpacking) symlink(at string, h *tar.Header) error {
	target := path.Join(path.Dir(at), h.Linkname)
	base := strings.TrimSuffix(path.Join("/", u.base), "/")
	if path.IsAbs(h.Linkname) || target != base && !strings.HasPrefix(target, base+"/") || climbs(path.Dir(at), base, h.Linkname) {
		return outside(h.Name)
	}
	return u.tree.symlink(h.Linkname, at)
}

// climbs reports whether a relative target leaves base on its way, even if it
// comes back.
func climbs(dir, base, target string) bool {
	depth := strings.Count(strings.TrimPrefix(dir, base), "/")
	if dir == "/" {
		depth = 0
	}
	for name := range strings.SplitSeq(target, "/") {
		switch name {
		case "", ".":
		case "..":
			if depth--; depth < 0 {
				return true
			}
		default:
			depth++
		}
	}
	return false
}

// copy takes what tar knows as another name of a member before.
func (u *unpacking) copy(ctx context.Context, at string, h *tar.Header) error {
	from, err := u.at(h.Linkname)
	if err != nil {
		return err
	}
	f, fi, err := u.tree.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	if u.left.Bytes -= fi.Size(); u.left.Bytes < 0 {
		return fault.New(fault.Exhausted, "files.archive_too_large", "The archive holds more than may be unpacked: %q is too much.", h.Name).WithStatus(413)
	}
	return u.store(ctx, at, io.LimitReader(f, fi.Size()), fi.Size(), fi.Mode().Perm())
}

// symlink makes a link, in place of a link or file that is there.
func (t *Tree) symlink(target, raw string) error {
	rel, err := t.resolve(raw, false)
	if err != nil {
		return err
	}
	if err := t.makeDirs(path.Dir(rel), raw); err != nil {
		return err
	}
	if fi, err := t.root.Lstat(rel); err == nil && !fi.IsDir() {
		if err := t.root.Remove(rel); err != nil {
			return toFault(err, raw)
		}
	}
	return toFault(t.root.Symlink(target, rel), raw)
}

// member tells the archive's failures from the disk's.
type member struct{ content io.Reader }

func (m member) Read(b []byte) (int, error) {
	n, err := m.content.Read(b)
	if err != nil && err != io.EOF {
		err = damaged(err)
	}
	return n, err
}

func damaged(err error) error {
	return fault.Wrap(err, fault.Invalid, "files.archive_damaged", "The archive is damaged, or is none.")
}

func outside(name string) error {
	return fault.New(fault.Denied, "files.escape", "The archive's %q would leave its directory.", name)
}
