package canary

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// marker is a secret that is nowhere else in the world.
type marker struct{ place, text string }

// mark makes one; the blank and the sign have it look different in a URL.
func mark(place string) marker {
	return marker{place, "canary/" + rand.Text()}
}

// forms are how the text may be written.
func forms(text string) [][]byte {
	raw := []byte(text)
	out := [][]byte{raw, []byte(url.QueryEscape(text)), []byte(url.PathEscape(text)), []byte(hex.EncodeToString(raw)),
		[]byte(strings.ToUpper(hex.EncodeToString(raw)))}
	for before := range 3 { // how many bytes stand before it in its group of three
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			coded := e.EncodeToString(append(make([]byte, before), raw...))
			// The first and last characters hang on what is around.
			first := (before*8 + 5) / 6
			last := (before + len(raw)) * 8 / 6
			out = append(out, []byte(coded[first:last]))
		}
	}
	slices.SortFunc(out, bytes.Compare)
	return slices.CompactFunc(out, bytes.Equal)
}

// find reports where in the text the marker begins, or -1.
func (m marker) find(in []byte) int {
	for _, f := range forms(m.text) {
		if i := bytes.Index(in, f); i >= 0 {
			return i
		}
	}
	return -1
}

// TestFinderFinds: a canary that nobody hears protects nobody.
func TestFinderFinds(t *testing.T) {
	t.Parallel()
	m := mark("here")
	for before := range 7 {
		text := strings.Repeat("x", before) + m.text + "tail"
		for name, in := range map[string]string{
			"raw": text, "query": url.QueryEscape(text), "path": url.PathEscape(text), "hex": hex.EncodeToString([]byte(text)),
			"base64": base64.StdEncoding.EncodeToString([]byte(text)), "base64url": base64.RawURLEncoding.EncodeToString([]byte(text)),
			"basic": base64.StdEncoding.EncodeToString([]byte("alice:" + text)),
		} {
			if m.find([]byte("before "+in+" after")) < 0 {
				t.Errorf("%s after %d bytes is not found", name, before)
			}
		}
	}
	if m.find([]byte(mark("there").text)) >= 0 {
		t.Error("another marker is this one")
	}
}
