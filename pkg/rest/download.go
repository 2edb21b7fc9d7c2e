package rest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"syscall"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Download is an answer of a file, which is never whole in memory. Ranges and
// conditions are honoured.
type Download struct {
	// From is where the file is. The FS of an os.Root keeps symbolic links
	// inside, that of os.DirFS does not.
	From fs.FS
	// Path is the file's in From, separated by slashes. One that leads out of
	// From, is a directory or is not there is a Missing fault.
	Path string
	// Name is what the client saves the file as; "" is the last part of Path.
	Name        string
	ContentType string // "" means application/octet-stream
	// Inline lets a browser show the file, which must then be trusted, rather
	// than save it.
	Inline bool
}

var errNoFile = fault.New(fault.Missing, "request.no_file", "There is no such file.")

func (d Download) write(w *writer, r *http.Request, reply Reply) error {
	file, info, err := d.open()
	if err != nil {
		return err
	}
	defer file.Close()
	content, ok := file.(io.ReadSeeker)
	if !ok {
		return fmt.Errorf("file %s cannot be read from the middle", d.Path)
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	if d.ContentType != "" {
		h.Set("Content-Type", d.ContentType)
	}
	h.Set("X-Content-Type-Options", "nosniff")
	if !d.Inline {
		name := d.Name
		if name == "" {
			name = path.Base(d.Path)
		}
		h.Set("Content-Disposition", Attachment(name))
	}
	tag, err := FileETag(info, content)
	if err != nil {
		return err
	}
	h.Set("ETag", tag)
	setHeaders(h, reply.Header)
	return Content(w, r, "", info.ModTime(), content)
}

// open opens a regular file.
func (d Download) open() (fs.File, fs.FileInfo, error) {
	if !fs.ValidPath(d.Path) || strings.ContainsAny(d.Path, "\\\x00") {
		return nil, nil, errNoFile
	}
	file, err := d.From.Open(d.Path)
	if err != nil {
		return nil, nil, noFile(err)
	}
	info, err := file.Stat()
	if err == nil && info.Mode().IsRegular() {
		return file, info, nil
	}
	_ = file.Close()
	return nil, nil, noFile(err)
}

// noFile is what a client is told of a file that cannot be opened: a link out
// of an os.Root is no different from none. What operators can mend is a defect.
func noFile(cause error) error {
	for _, ours := range []error{fs.ErrPermission, syscall.EMFILE, syscall.ENFILE, syscall.EIO} {
		if errors.Is(cause, ours) {
			return fmt.Errorf("open a file for download: %w", cause)
		}
	}
	return errNoFile
}
