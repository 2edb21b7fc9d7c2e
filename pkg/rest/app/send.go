package app

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest"
)

// send writes a whole answer, with its tag if it may be asked for again. tag
// is the text of the tag, empty for that of the body.
func (c *Call) send(code int, body []byte, tag string) {
	h := c.w.Header()
	nosniff(h)
	if code == http.StatusOK && safe(c.r.Method) && h.Get("ETag") == "" && len(body) > 0 {
		c.tag(body, tag)
		if rest.NotModified(c.r.Header.Get("If-None-Match"), h.Get("ETag")) {
			h.Del("Content-Type")
			c.w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if c.server.Compress {
		body = squeeze(h, c.r, body)
	}
	if len(body) == 0 {
		h.Del("Content-Type")
	}
	write(c.w, c.r, code, body)
}

func safe(method string) bool { return method == http.MethodGet || method == http.MethodHead }

func nosniff(h http.Header) { h.Set("X-Content-Type-Options", "nosniff") }

// tag names the content of an answer, which clients may then keep and ask
// again whether it is another.
func (c *Call) tag(body []byte, tag string) {
	h := c.w.Header()
	h.Set("ETag", cmp.Or(tag, rest.ETag(body)))
	if h.Get("Cache-Control") == "no-store" && h.Get("Token") == "" && h.Get("Set-Cookie") == "" {
		h.Set("Cache-Control", "private, no-cache")
	}
}

// envelopeTag is that of a body without its identifier and its timestamp,
// which are others each time.
func envelopeTag(body []byte, id, timestamp string) string {
	for _, text := range []string{id, timestamp} {
		if at := bytes.Index(body, []byte(text)); at >= 0 {
			body = append(bytes.Clone(body[:at]), body[at+len(text):]...)
		}
	}
	return rest.WeakETag(body)
}

// minSqueezed is what is worth compressing, in bytes.
const minSqueezed = 1 << 10

// squeeze compresses a body for a client that can read it.
func squeeze(h http.Header, r *http.Request, body []byte) []byte {
	h.Add("Vary", "Accept-Encoding")
	if len(body) < minSqueezed || h.Get("Content-Encoding") != "" || !reads(r.Header.Get("Accept-Encoding"), "gzip") {
		return body
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body) // to memory
	_ = z.Close()
	h.Set("Content-Encoding", "gzip")
	if tag := h.Get("ETag"); strings.HasPrefix(tag, `"`) {
		h.Set("ETag", "W/"+tag) // it was that of other bytes
	}
	return b.Bytes()
}

// reads reports whether a client accepts a coding.
func reads(accept, coding string) bool {
	for part := range strings.SplitSeq(strings.ToLower(accept), ",") {
		name, params, _ := strings.Cut(part, ";")
		if strings.TrimSpace(name) != coding {
			continue
		}
		q, weighed := strings.CutPrefix(strings.TrimSpace(params), "q=")
		weight, err := strconv.ParseFloat(q, 64)
		return !weighed || err == nil && weight > 0
	}
	return false
}

// write sends a header and a body, but no body to who asks for the header.
func write(w http.ResponseWriter, r *http.Request, code int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(code)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client may be gone
	}
}
