package doctext_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/doctext"
)

// allowed are the elements and attributes that markup may become.
var allowed = map[string]string{
	"p": "", "ul": "", "ol": "", "li": "", "h3": "", "h4": "", "strong": "", "em": "", "code": "", "section": "", "pre": "tabindex", "a": "href rel",
}

// Whatever the text is, the page's part is well formed, of known elements,
// and leads to the web only.
//
// covers: C2-138
func FuzzHTML(f *testing.F) {
	for _, seed := range []string{guide, "[a](https://x)", "`a <b>`_", "```\n<", "- a\n  1. b", "{{ x }}", "a::\n\n  b", "\\*", "http://a\x01"} {
		f.Add(seed, "/path")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		page, _ := doctext.Parse(text).HTML(doctext.Fields{"x": value})
		d := xml.NewDecoder(strings.NewReader("<x>" + clean(string(page)) + "</x>"))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatalf("%v in %q of %q", err, page, text)
			}
			if e, ok := token.(xml.StartElement); ok && e.Name.Local != "x" {
				check(t, e)
			}
		}
	})
}

func check(t *testing.T, e xml.StartElement) {
	t.Helper()
	attrs, known := allowed[e.Name.Local]
	if !known {
		t.Fatalf("<%s>", e.Name.Local)
	}
	for _, a := range e.Attr {
		if !strings.Contains(attrs, a.Name.Local) {
			t.Fatalf("<%s %s>", e.Name.Local, a.Name.Local)
		}
		own := strings.HasPrefix(a.Value, "/") && !strings.HasPrefix(a.Value, "//")
		if a.Name.Local == "href" && !strings.HasPrefix(strings.ToLower(a.Value), "http://") && !strings.HasPrefix(strings.ToLower(a.Value), "https://") && !own {
			t.Fatalf("a link to %q", a.Value)
		}
	}
}

// clean leaves out what XML has no place for, and HTML shows as nothing.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' && r != '\r' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}
