// Package media is about answers that have several forms: which one a client
// prefers, and tables and pages that are written in each. It is separate from
// rest because core4's handlers, TornadoREST's and plain routes choose in the
// same way.
package media

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// Form is one of the forms of an answer; its text is the value of the
// argument content_type that asks for it.
type Form string

// The forms, in the order in which ties are decided.
const (
	JSON Form = "json"
	HTML Form = "html"
	CSV  Form = "csv"
	Text Form = "text"
)

// forms are all there are, in the order in which ties are decided.
var forms = []Form{JSON, HTML, CSV, Text}

// ContentType is the header's value for a form.
func (f Form) ContentType() string {
	switch f {
	case HTML:
		return "text/html; charset=utf-8"
	case CSV:
		return "text/csv; charset=utf-8"
	case Text:
		return "text/plain; charset=utf-8"
	default:
		return "application/json"
	}
}

// names are the two halves of a form's media type.
func (f Form) names() (kind, sub string) {
	full, _, _ := strings.Cut(f.ContentType(), ";")
	kind, sub, _ = strings.Cut(full, "/")
	return kind, sub
}

// Choose is the form that a client asks for: wish, the value of its argument
// content_type, if that is a form, else what its Accept header weighs most.
// A tie goes to the form that is first in offered, and so does a header that
// has none of them; offered is JSON, HTML, CSV, Text unless given.
func Choose(h http.Header, wish string, offered ...Form) Form {
	if len(offered) == 0 {
		offered = forms
	}
	for _, f := range offered {
		if Form(wish) == f {
			return f
		}
	}
	best, at := offered[0], 0.0
	accepted := ranges(h.Values("Accept"))
	for _, f := range offered {
		if q := f.quality(accepted); q > at {
			best, at = f, q
		}
	}
	return best
}

// Vary tells caches that the answer was chosen by the Accept header.
func Vary(h http.Header) {
	for _, line := range h.Values("Vary") {
		if strings.EqualFold(line, "Accept") {
			return
		}
	}
	h.Add("Vary", "Accept")
}

// accepts is one range of an Accept header.
type accepts struct {
	media string // "text/*"
	q     float64
}

// maxRanges bounds how much of an Accept header is looked at.
const maxRanges = 100

// ranges reads an Accept header (RFC 9110 section 12.5.1). What is malformed
// in it is left out; a lone asterisk is */*, as old clients write it.
func ranges(lines []string) []accepts {
	var out []accepts
	for _, line := range lines {
		for part := range strings.SplitSeq(line, ",") {
			media, params, err := mime.ParseMediaType(part)
			q, ok := weight(params)
			if err != nil || !ok || len(out) == maxRanges {
				continue
			}
			if media == "*" {
				media = "*/*"
			}
			out = append(out, accepts{media, q})
		}
	}
	return out
}

// weight is the q of a range, from 0 to 1.
func weight(params map[string]string) (float64, bool) {
	text, given := params["q"]
	if !given {
		return 1, true
	}
	q, err := strconv.ParseFloat(text, 64)
	return q, err == nil && q >= 0 && q <= 1
}

// quality is the weight of a form: that of the most specific range that it is in.
func (f Form) quality(accepted []accepts) float64 {
	kind, sub := f.names()
	q, specific := 0.0, 0
	for _, a := range accepted {
		level := 0
		switch a.media {
		case "*/*":
			level = 1
		case kind + "/*":
			level = 2
		case kind + "/" + sub:
			level = 3
		}
		if level > specific {
			specific, q = level, a.q
		}
	}
	return q
}
