package data

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"syscall"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/internal/disk"
	"github.com/heddle-dev/heddle/services/files/internal/ticket"
)

// opened is a file and what it was when it was opened.
type opened struct {
	*os.File
	info fs.FileInfo
}

// read answers with a file: whole, by range, or by condition. A file that
// grows meanwhile is sent as long as it was.
func (d *door) read(ctx context.Context, c call) (none, error) {
	f, err := d.file(ctx, c.leave)
	if err != nil {
		return none{}, err
	}
	defer f.Close()
	return d.serve(ctx, c, f, "application/octet-stream", tag(f.info))
}

// file opens the ticket's file.
func (d *door) file(ctx context.Context, l ticket.Leave) (opened, error) {
	return disk.Do(ctx, d.Gate, func(context.Context) (opened, error) {
		tree, err := d.Disk.Open(l.Tree, false)
		if err != nil {
			return opened{}, err
		}
		defer tree.Close()
		f, info, err := tree.Open(l.Path)
		return opened{f, info}, err
	})
}

// serve answers with an open file.
func (d *door) serve(ctx context.Context, c call, f opened, media, tag string) (none, error) {
	h := c.w.Header()
	h.Set("Content-Type", media)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", tag)
	r := c.r.Clone(ctx)
	settleRange(r, f.info.Size())
	out := &content{reply: c.w, size: f.info.Size()}
	http.ServeContent(out, r, "", f.info.ModTime(), f.File)
	if out.refused != nil {
		return none{}, out.refused
	}
	return none{}, gone(c.r, c.w.failed)
}

// tag is a strong validator: an upload makes another inode, and whoever
// writes in place changes the time.
func tag(fi fs.FileInfo) string {
	var inode uint64
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		inode = st.Ino
	}
	return fmt.Sprintf(`"%x-%x-%x"`, inode, fi.Size(), fi.ModTime().UnixNano())
}

// content turns the refusals of http.ServeContent, which are plain text, into
// faults.
type content struct {
	*reply
	size    int64
	refused error
}

func (c *content) WriteHeader(status int) {
	switch {
	case status == http.StatusRequestedRangeNotSatisfiable:
		c.Header().Set("Content-Range", "bytes */"+strconv.FormatInt(c.size, 10))
		c.refused = fault.New(fault.Invalid, "files.range", "The file, of %d bytes, has no such range.", c.size).
			WithField("Range", "is no single range of bytes inside the file").WithStatus(status)
	case status == http.StatusPreconditionFailed:
		c.refused = fault.New(fault.Conflict, "files.changed", "The file is not as the request demands.").WithStatus(status)
	case status >= 400:
		c.refused = fault.New(fault.Unavailable, "files.disk", "The file cannot be read now.").WithRetry(diskRetry)
	default:
		c.reply.WriteHeader(status)
	}
}

func (c *content) Write(b []byte) (int, error) {
	if c.refused != nil {
		return len(b), nil
	}
	return c.reply.Write(b)
}

func (c *content) ReadFrom(src io.Reader) (int64, error) {
	if c.refused != nil {
		return 0, c.refused
	}
	return c.reply.ReadFrom(src)
}
