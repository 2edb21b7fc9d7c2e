package dirac

import (
	"io"
	"mime"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
)

const (
	maxManifests = 1 << 20 // bytes of all manifests of a request
	mediaJSON    = "application/json"
	mediaForm    = "application/x-www-form-urlencoded"
	mediaParts   = "multipart/form-data"
)

// submission is what a request submits.
type submission struct {
	manifests []lenient.Object
	files     []string // names of the files that came
	sandbox   string   // that they were packed into: the input sandbox of every manifest
}

// read reads a submission in any of its forms.
func (d *door) read(w http.ResponseWriter, r *http.Request) (submission, error) {
	var s submission
	var err error
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch media {
	case mediaJSON:
		err = s.readJSON(w, r)
	case mediaForm:
		err = s.readForm(w, r)
	case mediaParts:
		err = d.readParts(r, &s)
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
