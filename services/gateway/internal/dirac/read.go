package dirac

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const (
	maxManifests = 1 << 20   // bytes of all manifests of a request
	maxSandbox   = 256 << 10 // bytes of all files: they travel inside the jobs
	maxFiles     = 100
	mediaJSON    = "application/json"
	mediaForm    = "application/x-www-form-urlencoded"
	mediaParts   = "multipart/form-data"
)

// submission is what a request submits.
type submission struct {
	manifests []lenient.Object
	files     []jobsapi.Input // the input sandbox of every manifest
}

// read reads a submission in any of its forms.
func read(w http.ResponseWriter, r *http.Request) (submission, error) {
	var s submission
	var err error
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch media {
	case mediaJSON:
		err = s.readJSON(w, r)
	case mediaForm:
		err = s.readForm(w, r)
	case mediaParts:
		err = s.readParts(w, r)
	default:
		return s, fault.New(fault.Unsupported, "unsupported_media_type", "Manifests come as %s, %s or %s.",
			mediaJSON, mediaForm, mediaParts).WithStatus(http.StatusUnsupportedMediaType)
	}
	if err == nil && len(s.manifests) == 0 {
		err = invalid("manifest", "is missing")
	}
	return s, err
}

func (s *submission) readJSON(w http.ResponseWriter, r *http.Request) error {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxManifests))
	if err != nil {
		return bodyError(err)
	}
	v, err := lenient.Parse(text)
	if err != nil {
		return invalid("manifest", "is not JSON: %s", err)
	}
	if o, ok := v.(lenient.Object); ok && len(o) == 1 && o[0].Name == "manifest" {
		v = o[0].Value
	}
	items, isList := v.([]any)
	if !isList {
		items = []any{v}
	}
	for _, item := range items {
		if err := s.add(item); err != nil {
			return err
		}
	}
	return nil
}

func (s *submission) add(v any) error {
	o, ok := v.(lenient.Object)
	if !ok {
		return invalid("manifest", "is not a JSON object")
	}
	s.manifests = append(s.manifests, o)
	return nil
}

func (s *submission) addText(text string) error {
	v, err := lenient.Parse([]byte(text))
	if err != nil {
		return invalid("manifest", "is not JSON: %s", err)
	}
	return s.add(v)
}

func (s *submission) readForm(w http.ResponseWriter, r *http.Request) error {
	if r.PostForm == nil { // else it was read to find the token
		if err := parseForm(w, r); err != nil {
			return err
		}
	}
	for _, text := range r.PostForm["manifest"] {
		if err := s.addText(text); err != nil {
			return err
		}
	}
	return nil
}

func (s *submission) readParts(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxManifests+maxSandbox)
	parts, err := r.MultipartReader()
	if err != nil {
		return bodyError(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return bodyError(err)
		}
		if err := s.readPart(part); err != nil {
			return err
		}
	}
}

func (s *submission) readPart(part *multipart.Part) error {
	text, err := io.ReadAll(part)
	switch {
	case err != nil:
		return bodyError(err)
	case part.FileName() != "":
		return s.addFile(part.FileName(), text)
	case part.FormName() == "manifest":
		return s.addText(string(text))
	}
	return nil
}

// addFile takes a file into the input sandbox, under the last element of its
// name; of two with one name the later counts.
func (s *submission) addFile(name string, text []byte) error {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	if base == "." || base == ".." || base == "/" || strings.ContainsRune(base, 0) {
		return invalid("file", "%q is no file name", name)
	}
	if !utf8.Valid(text) {
		return fault.New(fault.Unsupported, "sandbox_not_offered",
			"The file %q is not UTF-8 text; input sandboxes of other files are not offered yet.", base).
			WithStatus(http.StatusNotImplemented)
	}
	kept := s.files[:0:0]
	size := len(text)
	for _, f := range s.files {
		if f.Path != base {
			kept = append(kept, f)
			size += len(f.Data)
		}
	}
	if size > maxSandbox || len(kept) == maxFiles {
		return fault.New(fault.Exhausted, "sandbox_too_large",
			"The files are more than %d, or larger than %d bytes together.", maxFiles, maxSandbox).
			WithStatus(http.StatusRequestEntityTooLarge)
	}
	s.files = append(kept, jobsapi.Input{Path: base, Data: string(text)})
	return nil
}
