package arg

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/rest/internal/body"
)

// maxNames bounds the values of a query or a form.
const maxNames = 10_000

// Read reads the arguments of a request by core4's rules (section 5.1): query,
// then urlencoded or multipart form, then the members of a JSON object body of
// whatever Content-Type; the later win. A body that is no UTF-8, no JSON or no
// object is no argument and no mistake. A body of more than max bytes is a
// fault with status 413; more than 10,000 values, and what says that it is
// JSON and is nested deeper than 100, are Invalid ones.
func Read(w http.ResponseWriter, r *http.Request, max int64) (Values, error) {
	text, err := body.Read(w, r, max)
	if err != nil {
		return Values{}, err
	}
	v, err := ReadQuery(r)
	if err != nil || len(text) == 0 {
		return v, err
	}
	v.body, v.contentType = text, r.Header.Get("Content-Type")
	if tooMany(v.contentType, text) {
		return Values{}, Fault(crowded("body"))
	}
	form, _ := body.Form(v.contentType, text) // what is readable of it
	v.add(form, blanked)
	problem := body.CheckJSON(text)
	if problem == body.TooDeep && IsJSON(mediaType(v.contentType)) {
		return Values{}, Fault(Problem{Name: "body", Text: problem}) // to leave out what was meant would not be told
	}
	if problem == "" && decode(text, &v.whole) == nil {
		v.json = true
		v.members()
		v.list = nil // nothing is positional here
	}
	return v, nil
}

// ReadQuery reads the arguments of the query alone, by core4's rules, for
// requests whose body is read by somebody else, such as large uploads.
func ReadQuery(r *http.Request) (Values, error) {
	v := Values{named: map[string][]value{}}
	query, problem := parseQuery(r)
	if problem != nil {
		return Values{}, Fault(*problem)
	}
	v.add(query, blanked)
	return v, nil
}

// parseQuery reads what is readable of the query.
func parseQuery(r *http.Request) (url.Values, *Problem) {
	if r.URL.RawQuery == "" {
		return nil, nil
	}
	if strings.Count(r.URL.RawQuery, "&") >= maxNames {
		p := crowded("query")
		return nil, &p
	}
	query, _ := url.ParseQuery(r.URL.RawQuery)
	return query, nil
}

// tooMany says of an urlencoded form that it is nothing that people fill in.
// A multipart one has a bound of its own.
func tooMany(contentType string, text []byte) bool {
	return strings.HasPrefix(strings.ToLower(contentType), body.FormURL) && bytes.Count(text, []byte("&")) >= maxNames
}

func mediaType(contentType string) string {
	kind, _, _ := mime.ParseMediaType(contentType)
	return kind
}

func crowded(where string) Problem {
	return Problem{Name: where, Text: "has more than 10000 values"}
}

// add takes the values of a query or form that are texts.
func (v *Values) add(values url.Values, clean func(string) string) {
	for name, list := range values {
		for _, text := range list {
			if utf8.ValidString(name) && utf8.ValidString(text) {
				v.named[name] = append(v.named[name], value{clean(text), true})
			}
		}
	}
}

// members takes the members of an object body, or the elements of a list.
func (v *Values) members() {
	switch whole := v.whole.(type) {
	case map[string]any:
		for name, raw := range whole {
			v.named[name] = append(v.named[name], value{raw: raw})
		}
	case []any:
		v.list = whole
	}
}

// blanked replaces control characters that nobody types.
func blanked(text string) string {
	return strings.Map(func(r rune) rune {
		if r <= 0x08 || r >= 0x0e && r <= 0x1f {
			return ' '
		}
		return r
	}, text)
}

// decode reads one JSON value with nothing after it; numbers stay as they
// were written.
func decode(text []byte, v *any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		*v = nil
		return errTrailing
	}
	return nil
}
