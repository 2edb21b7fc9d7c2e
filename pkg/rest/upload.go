package rest

import (
	"bufio"
	"errors"
	"io"
	"iter"
	"mime/multipart"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/internal/body"
)

// Part is one part of an upload: a file, or a field of the form. It is read
// as it comes, and only until the next one is asked for.
type Part struct {
	Name string // of the field
	// File is the file's name as FileName leaves it, "" for a field.
	File        string
	ContentType string // what the client says, "" if nothing
	content     *bufio.Reader
	limit       int64
}

// maxParts bounds the parts of one upload.
const maxParts = 1000

// Parts are the parts of a multipart request of at most limit bytes. The
// error that ends them early is a fault: 413 above the limit, 415 if the
// request is no upload, else 400. Reading a Part gives the same faults.
func Parts(w http.ResponseWriter, r *http.Request, limit int64) iter.Seq2[*Part, error] {
	return func(yield func(*Part, error) bool) {
		if r.ContentLength > limit {
			yield(nil, body.TooLarge(limit))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		form, err := r.MultipartReader()
		if err != nil {
			yield(nil, fault.New(fault.Unsupported, "request.media_type", "An upload is a body of %s.", body.FormMultipart).
				WithStatus(http.StatusUnsupportedMediaType))
			return
		}
		for n := 0; ; n++ {
			part, err := form.NextPart()
			switch {
			case err == io.EOF:
				return
			case err != nil:
				yield(nil, uploadFault(err, limit))
				return
			case n == maxParts:
				yield(nil, fault.New(fault.Invalid, "request.invalid", "The upload has more than %d parts.", maxParts).
					WithField("body", "has too many parts"))
				return
			}
			if !yield(newPart(part, limit), nil) {
				return
			}
		}
	}
}

func newPart(p *multipart.Part, limit int64) *Part {
	out := &Part{Name: p.FormName(), ContentType: p.Header.Get("Content-Type"), content: bufio.NewReaderSize(p, 32<<10), limit: limit}
	if p.FileName() != "" {
		out.File = FileName(p.FileName())
	}
	return out
}

// Read reads the part's content.
func (p *Part) Read(b []byte) (int, error) {
	n, err := p.content.Read(b)
	if err != nil && err != io.EOF {
		err = uploadFault(err, p.limit)
	}
	return n, err
}

// Sniff is the media type that the first bytes look like, whatever the client
// says; they are read all the same.
func (p *Part) Sniff() (string, error) {
	head, err := p.content.Peek(512)
	if err != nil && err != io.EOF {
		return "", uploadFault(err, p.limit)
	}
	return http.DetectContentType(head), nil
}

func uploadFault(err error, limit int64) error {
	var over *http.MaxBytesError
	if errors.As(err, &over) {
		return body.TooLarge(limit)
	}
	return fault.Wrap(err, fault.Invalid, "request.invalid", "The upload cannot be read.").WithField("body", "is no readable form")
}
