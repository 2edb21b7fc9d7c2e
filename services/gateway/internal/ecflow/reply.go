package ecflow

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/ecflow/filter"
)

// text is the answer's body in JSON, or the part of it that is wanted.
func (a Answer) text(path filter.Path, method string) ([]byte, error) {
	if a.Body == nil {
		return nil, nil
	}
	part, err := path.Pick(encode(a.Body))
	switch {
	case err == nil:
		return part, nil
	case method == http.MethodGet || method == http.MethodHead:
		return nil, invalid("filter " + err.Error() + ".")
	default:
		return []byte("null"), nil // it has been done: that must not look like a failure
	}
}

func (a Answer) send(w http.ResponseWriter, r *http.Request, text []byte) {
	if a.Location != "" {
		w.Header().Set("Location", a.Location)
	}
	if text == nil {
		w.WriteHeader(a.status())
		return
	}
	write(w, r, a.status(), text)
}

// encode writes JSON on one line, with <, > and & as they are.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return []byte("null") // no type of ours does that
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// write sends a JSON text, compressed if the client likes.
func write(w http.ResponseWriter, r *http.Request, status int, text []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Add("Vary", "Accept-Encoding")
	if wantsGzip(r.Header.Values("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		text = compress(text)
	}
	h.Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(text) // the client may be gone
	}
}

func compress(text []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(text) // a Buffer takes everything
	_ = z.Close()
	return b.Bytes()
}

// wantsGzip reads Accept-Encoding (RFC 9110, section 12.5.3).
func wantsGzip(values []string) bool {
	for coding := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, weight, _ := strings.Cut(coding, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		_, q, weighted := strings.Cut(weight, "=")
		n, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		return !weighted || err == nil && n > 0
	}
	return false
}
