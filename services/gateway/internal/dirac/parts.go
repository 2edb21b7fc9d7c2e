package dirac

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

// maxFields is how many parts of a multipart form may be no files.
const maxFields = 1000

// readParts reads a multipart form: its manifests, and its files, which go to
// the files service as they come.
func (d *door) readParts(r *http.Request, s *submission) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return bodyError(err)
	}
	f := &form{parts: parts, room: maxManifests, field: func(name string, text []byte) error {
		if name != "manifest" {
			return nil
		}
		return s.addText(string(text))
	}}
	box, err := d.pack(r.Context(), f)
	s.files, s.sandbox = f.names, box.Name
	return err
}

// pack makes a sandbox of a form's files; a form without any makes none.
func (d *door) pack(ctx context.Context, f *form) (filesapi.Sandbox, error) {
	name, content, err := f.next()
	if err == io.EOF {
		return filesapi.Sandbox{}, nil
	}
	if err != nil {
		return filesapi.Sandbox{}, err
	}
	first := true
	return d.Backend.Bytes.Pack(ctx, func() (string, io.Reader, error) {
		if first {
			first = false
			return name, content, nil
		}
		return f.next()
	})
}

// form is a multipart form under way. Its fields are taken as they come by,
// in memory; its files are for the caller.
type form struct {
	parts *multipart.Reader
	room  int64 // bytes that fields may still have
	count int   // of fields
	field func(name string, text []byte) error
	names []string // of the files
}

// next returns the next file, under the last element of its name, and io.EOF
// at the end of the form.
func (f *form) next() (string, io.Reader, error) {
	for {
		part, err := f.parts.NextPart()
		if err == io.EOF { // not one that is wrapped: that is a form without an end
			return "", nil, io.EOF
		}
		if err != nil {
			return "", nil, bodyError(err)
		}
		if part.FileName() == "" && !named(part) {
			if err := f.take(part); err != nil {
				return "", nil, err
			}
			continue
		}
		name, err := base(part)
		if err == nil {
			f.names = append(f.names, name)
		}
		return name, content{part}, err
	}
}

// content says in our words what is wrong with a body.
type content struct{ io.Reader }

func (c content) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	if err != nil && err != io.EOF {
		err = bodyError(err)
	}
	return n, err
}

// named reports whether a part has a file name, if only an empty one.
func named(part *multipart.Part) bool {
	return strings.Contains(strings.ToLower(part.Header.Get("Content-Disposition")), "filename")
}

func (f *form) take(part *multipart.Part) error {
	f.count++
	text, err := io.ReadAll(io.LimitReader(part, f.room+1))
	if err != nil {
		return bodyError(err)
	}
	if f.room -= int64(len(text)); f.room < 0 || f.count > maxFields {
		return fault.New(fault.Exhausted, "too_large", "The form's fields may have at most %d bytes together, and be %d.", maxManifests, maxFields).
			WithStatus(http.StatusRequestEntityTooLarge)
	}
	return f.field(part.FormName(), bytes.TrimSpace(text))
}

// base is the name by which a file is known: the last element of the name
// that its client gave it, whose slashes may lean either way.
func base(part *multipart.Part) (string, error) {
	name := path.Base(strings.ReplaceAll(part.FileName(), `\`, "/"))
	if name == "." || name == ".." || name == "/" || strings.ContainsRune(name, 0) || !utf8.ValidString(name) {
		return "", invalid("file", "%q is no file name", part.FileName())
	}
	return name, nil
}
