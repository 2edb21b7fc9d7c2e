// Package storage is the tree of files behind a storage: POSIX directories,
// reached only through os.Root, so that no path, link or race leads out of
// one. It is separate because it knows files and nothing of users, jobs or
// transports; a tree in an object store would stand beside it.
package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"syscall"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Kind says where a tree lies.
type Kind string

// The kinds of tree.
const (
	Homes    Kind = "homes"    // named by user id
	WorkDirs Kind = "workdirs" // named by job id
	// Sandboxes hold uploaded archives, named by their content; named by user id.
	Sandboxes Kind = "sandboxes"
)

// Key names a tree.
type Key struct {
	Kind Kind   `json:"k"`
	Name string `json:"n"`
}

// names are what ids look like; nothing else ever becomes a directory's name.
var names = regexp.MustCompile(`^[a-z0-9_-]{1,128}$`)

// Disk is where the trees lie: directories that replicas share, and those of
// the jobs runners too. Nothing is kept open between calls, so that a disk that was lost and
// mounted again is simply there again.
type Disk struct{ dirs map[Kind]string }

// NewDisk returns the disk with home directories in root/homes, sandboxes in
// root/sandboxes and working directories in workDirs; all are made if they are
// not there.
func NewDisk(root, workDirs string) (*Disk, error) {
	d := &Disk{dirs: map[Kind]string{
		Homes: filepath.Join(root, "homes"), Sandboxes: filepath.Join(root, "sandboxes"), WorkDirs: workDirs,
	}}
	for kind, dir := range d.dirs {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return nil, fmt.Errorf("storage: %w", err)
		}
		if err := os.MkdirAll(abs, 0o700); err != nil {
			return nil, fmt.Errorf("storage: %w", err)
		}
		d.dirs[kind] = abs
	}
	return d, nil
}

// Open opens a tree; close it after use. With create, a tree that is not
// there yet is made, else it is Missing.
func (d *Disk) Open(k Key, create bool) (*Tree, error) {
	dir, ok := d.dirs[k.Kind]
	if !ok || !names.MatchString(k.Name) {
		return nil, fault.New(fault.Missing, "storage.unknown", "There is no such storage.")
	}
	above, err := os.OpenRoot(dir)
	if err != nil {
		return nil, unavailable(err)
	}
	defer above.Close()
	if create {
		if err := above.Mkdir(k.Name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, unavailable(err)
		}
	}
	root, err := openReal(above, k.Name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Wrap(err, fault.Missing, "storage.unknown", "There is no such storage.")
	}
	if err != nil {
		return nil, unavailable(err)
	}
	return &Tree{root: root, at: addresses(dir, k.Name)}, nil
}

// OpenDir opens a directory of the site that is no storage; close it after use.
func OpenDir(dir string) (*Tree, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, unavailable(err)
	}
	return &Tree{root: root, at: addresses(filepath.Dir(dir), filepath.Base(dir))}, nil
}

// openReal opens a directory that must not be a link: whoever could put a
// link there would else reach the tree of another.
func openReal(above *os.Root, name string) (*os.Root, error) {
	before, err := above.Lstat(name)
	if err != nil {
		return nil, err
	}
	root, err := above.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	after, err := root.Stat(".")
	if err == nil && !os.SameFile(before, after) {
		err = errors.New("storage: the tree's root is a link")
	}
	if err != nil {
		root.Close()
		return nil, err
	}
	return root, nil
}

// addresses are the absolute paths by which programs know the tree.
func addresses(dir, name string) []string {
	at := []string{filepath.Join(dir, name)}
	if real, err := filepath.EvalSymlinks(dir); err == nil && real != dir {
		at = append(at, filepath.Join(real, name))
	}
	return at
}

// Destroy removes a whole tree; one that is not there is fine.
func (d *Disk) Destroy(k Key) error {
	if !names.MatchString(k.Name) {
		return fmt.Errorf("storage: %q is no name of a tree", k.Name)
	}
	above, err := os.OpenRoot(d.dirs[k.Kind])
	if err != nil {
		return err
	}
	defer above.Close()
	return removeAll(above, k.Name)
}

// Space returns the free and total bytes of the file system that trees of a
// kind lie on, -1 if unknown.
func (d *Disk) Space(kind Kind) (free, total int64) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(d.dirs[kind], &st); err != nil {
		return -1, -1
	}
	return int64(st.Bavail) * int64(st.Bsize), int64(st.Blocks) * int64(st.Bsize)
}

// Names calls f with batches of the names of the trees of a kind.
func (d *Disk) Names(kind Kind, f func([]string) error) error {
	dir, err := os.Open(d.dirs[kind])
	if err != nil {
		return err
	}
	defer dir.Close()
	return batches(dir, f)
}

func unavailable(err error) error {
	f := fault.From(toFault(err, ""))
	if f.Kind == fault.Exhausted {
		return f
	}
	return fault.Wrap(err, fault.Unavailable, "files.disk", "The file system does not answer as it should; try again shortly.").WithRetry(diskRetry)
}
