package rest

import (
	"crypto/sha1" // as core4's clients know tags; they are no secrets
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"
)

// ETag is a strong entity tag for an answer of these very bytes: the 40
// hexadecimal digits of their SHA-1.
func ETag(content []byte) string {
	sum := sha1.Sum(content)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

// WeakETag is a tag for an answer that says what content says. Bytes that
// differ from one answer to the next, such as the time of the request, are
// left out of content.
func WeakETag(content []byte) string { return "W/" + ETag(content) }

// FileETag is a strong entity tag for a file: of its time and size, or, if it
// has no time, as those that are part of the program, of its content, which is
// read and set back to its start.
func FileETag(info fs.FileInfo, content io.ReadSeeker) (string, error) {
	if !info.ModTime().IsZero() {
		return fmt.Sprintf(`"%x-%x"`, info.ModTime().UnixNano(), info.Size()), nil
	}
	sum := sha1.New()
	if _, err := io.Copy(sum, content); err != nil {
		return "", fmt.Errorf("read a file for its tag: %w", err)
	}
	_, err := content.Seek(0, io.SeekStart)
	return `"` + hex.EncodeToString(sum.Sum(nil)) + `"`, err
}

// NotModified reports whether the list of tags in a request's If-None-Match
// has the tag, so that the answer is 304 (RFC 9110 section 13.1.2). Weak tags
// match strong ones.
func NotModified(ifNoneMatch, tag string) bool {
	opaque := strings.TrimPrefix(tag, "W/")
	for rest := ifNoneMatch; ; {
		rest = strings.TrimPrefix(strings.TrimLeft(rest, " \t,"), "W/")
		switch {
		case strings.HasPrefix(rest, "*"):
			return true
		case !strings.HasPrefix(rest, `"`):
			return false // the end, or malformed: nothing after it can be told apart
		}
		end := strings.IndexByte(rest[1:], '"') + 2
		if end < 2 || rest[:end] == opaque {
			return end >= 2
		}
		rest = rest[end:]
	}
}

// unchanged answers 304 to a GET whose answer of JSON the client has, and
// tags the answer if the container wants that and nobody else has done so.
func (w *writer) unchanged(r *http.Request, status int, content []byte) bool {
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead
	if !w.tags || !safe || status != http.StatusOK || w.Header().Get("ETag") != "" {
		return false
	}
	tag := WeakETag(content)
	w.Header().Set("ETag", tag)
	if !NotModified(strings.Join(r.Header.Values("If-None-Match"), ","), tag) {
		return false
	}
	w.Header().Del("Content-Type")
	w.Header().Del("Content-Length")
	w.WriteHeader(http.StatusNotModified)
	return true
}
