package carry

import (
	"context"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// Task is one carry under way. Files of it may be stored at once.
type Task struct {
	filesapi.Carry
	Tree *storage.Tree // of the storage inside

	how     storage.How
	left    *budget
	mu      *sync.Mutex // of arrived
	arrived func(filesapi.Carried)
}

func newTask(c filesapi.Carry, tree *storage.Tree, how storage.How, left storage.Bounds, arrived func(filesapi.Carried)) *Task {
	return &Task{Carry: c, Tree: tree, how: how, left: &budget{left: left}, mu: new(sync.Mutex), arrived: arrived}
}

// To returns where a file is to be put that is brought alone and is called
// base where it comes from: at the path itself, or in it, if that is a
// directory, or is written as one.
func (t *Task) To(base string) string {
	p := t.Path.Path
	base = path.Base(path.Join("/", base)) // of "..", nothing is left
	if strings.Trim(p, "/.") == "" || strings.HasSuffix(p, "/") || t.Tree.IsDir(p) == nil {
		return path.Join(p, base)
	}
	return p
}

// Store puts a file into the storage, with the modes and permissions that were
// asked for, within the limits, and tells of it. mode are the permissions that
// it has where it comes from, of which a new one keeps the owner's; 0 if it has
// none. A body should fail with faults.
func (t *Task) Store(ctx context.Context, to string, body io.Reader, mode fs.FileMode) error {
	if err := t.left.file(); err != nil {
		return err
	}
	how := t.how
	if mode != 0 {
		how.New = mode&0o700 | 0o600
	}
	counted := &counted{body: body, left: t.left}
	f, err := t.Tree.Store(ctx, to, counted, how)
	if err != nil {
		t.left.giveBack(counted.read) // it may be tried again
		return err
	}
	t.tell(f.Path, counted.read)
	return nil
}

// Link makes a link to a path of the site's file system, as Store does a file.
func (t *Task) Link(to, target string) error {
	if err := t.left.file(); err != nil {
		return err
	}
	if t.how.Exists == storage.Extend {
		return fault.New(fault.Invalid, "carry.mode", "A link cannot be appended to a file.").WithField("mode", "is not for links")
	}
	f, err := t.Tree.Link(to, target, t.how)
	if err != nil {
		return err
	}
	t.tell(f.Path, 0)
	return nil
}

// Sent tells that a file of the storage has arrived at the other end.
func (t *Task) Sent(name string, bytes int64) { t.tell(path.Join("/", name), bytes) }

func (t *Task) tell(name string, bytes int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.arrived(filesapi.Carried{Path: name, Bytes: bytes})
}

// counted counts what is read, and ends where the carry may take no more.
type counted struct {
	body io.Reader
	left *budget
	read int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.body.Read(b)
	c.read += int64(n)
	if full := c.left.bytes(int64(n)); full != nil {
		return n, full
	}
	return n, err
}

// Blame puts the name of the file before the reason.
func Blame(name string, err error) error {
	if err == nil {
		return nil
	}
	f := *fault.From(err)
	f.Message = name + ": " + f.Message
	return &f
}
