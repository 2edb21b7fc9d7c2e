package arg

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/internal/body"
)

var errTrailing = errors.New("has something after its end")

// ReadStrict reads the arguments of a request by TornadoREST's rules (DIRAC
// section 5.3). Blanks around texts are cut off. A body of a JSON media type
// must be an object, whose members are arguments, or a list, whose elements
// are positional ones; anything after it, a scalar and malformed JSON are
// faults, as are an unreadable query or form. Bodies of other types are no
// arguments. Limits are those of Read.
func ReadStrict(w http.ResponseWriter, r *http.Request, max int64) (Values, error) {
	text, err := body.Read(w, r, max)
	if err != nil {
		return Values{}, err
	}
	v := Values{named: map[string][]value{}, body: text, contentType: r.Header.Get("Content-Type"), strict: true}
	var bad []Problem
	if strings.Count(r.URL.RawQuery, "&") >= maxNames {
		bad = append(bad, crowded("query"))
	} else if query, err := url.ParseQuery(r.URL.RawQuery); err != nil {
		bad = append(bad, Problem{Name: "query", Text: "is not readable"})
	} else {
		v.add(query, trimmed)
	}
	if problem := v.readBody(v.contentType, text); problem != "" {
		bad = append(bad, Problem{Name: "body", Text: problem})
	}
	return v, Fault(bad...)
}

func trimmed(text string) string { return strings.TrimSpace(blanked(text)) }

// readBody adds what the body has; the text completes "The body …".
func (v *Values) readBody(contentType string, text []byte) string {
	if len(bytes.TrimSpace(text)) == 0 {
		return ""
	}
	kind := mediaType(contentType)
	switch {
	case IsJSON(kind):
		return v.readJSON(text)
	case tooMany(contentType, text):
		return crowded("body").Text
	case kind == body.FormURL || kind == body.FormMultipart:
		form, err := body.Form(contentType, text)
		if err != nil {
			return "is no readable form"
		}
		v.add(form, trimmed)
	}
	return ""
}

func (v *Values) readJSON(text []byte) string {
	if problem := body.CheckJSON(text); problem != "" {
		return problem
	}
	if err := decode(text, &v.whole); err != nil {
		return jsonProblem(err)
	}
	v.json = true
	v.members()
	switch v.whole.(type) {
	case map[string]any, []any:
		return ""
	}
	return "must be a JSON object or list"
}

func jsonProblem(err error) string {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, errTrailing):
		return err.Error()
	case errors.As(err, &syntax):
		return "is no JSON: " + syntax.Error()
	default:
		return "is no JSON: it ends too early"
	}
}

// IsJSON reports whether a media type, without parameters, is JSON's.
func IsJSON(kind string) bool {
	return kind == "application/json" || kind == "text/json" || strings.HasSuffix(kind, "+json")
}
