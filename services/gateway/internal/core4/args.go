package core4

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// maxBody bounds a body whose arguments are read.
const maxBody = 1 << 20

// arguments are the one name space of a request: its query, its form and the
// members of its JSON body, the later of which win. A value is a text, or what
// JSON says.
type arguments map[string]any

// read reads the arguments, once. What is no form, no JSON or no object is no
// argument and no mistake.
func (c *Call) read() error {
	if c.args != nil || c.bad != nil {
		return c.bad
	}
	body, err := body(c.w, c.r)
	if c.bad = err; err != nil {
		return err
	}
	c.args = arguments{}
	query, _ := url.ParseQuery(c.r.URL.RawQuery) // what is readable of it
	c.args.add(query)
	c.args.add(form(c.r.Header.Get("Content-Type"), body))
	var object map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if utf8.Valid(body) && decoder.Decode(&object) == nil {
		for name, value := range object {
			c.args[name] = value
		}
	}
	return nil
}

func (a arguments) add(values url.Values) {
	for name, list := range values {
		a[name] = strings.Map(blank, list[len(list)-1])
	}
}

// blank replaces control characters that nobody types.
func blank(r rune) rune {
	if r <= 0x08 || r >= 0x0e && r <= 0x1f {
		return ' '
	}
	return r
}

func body(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, fault.New(fault.Exhausted, "request.too_large", "The body is larger than %d bytes.", maxBody).
			WithStatus(http.StatusRequestEntityTooLarge)
	case err != nil:
		return nil, fault.Wrap(err, fault.Invalid, "request.cut", "The request's body ended too early.")
	}
	return body, nil
}

func form(contentType string, body []byte) url.Values {
	kind, params, _ := mime.ParseMediaType(contentType)
	switch kind {
	case "application/x-www-form-urlencoded":
		values, _ := url.ParseQuery(string(body))
		return values
	case "multipart/form-data":
		f, err := multipart.NewReader(bytes.NewReader(body), params["boundary"]).ReadForm(maxBody)
		if err != nil {
			return nil
		}
		defer f.RemoveAll() //nolint:errcheck // nothing of it is larger than the memory it may take
		return f.Value
	default:
		return nil
	}
}

// has reports whether an argument was given; JSON's null was not.
func (a arguments) has(name string) bool { return a[name] != nil }

// text is an argument as text, "" if it was not given.
func (a arguments) text(name string) string {
	switch v := a[name].(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	default:
		b, _ := json.Marshal(v)
		return string(b)
	}
}

// need is text of an argument that must be there.
func (a arguments) need(name string) (string, error) {
	if _, ok := a[name]; !ok {
		return "", fault.New(fault.Invalid, codeMissing, "Missing argument %s", name)
	}
	return a.text(name), nil
}

// truths are how people write what is so, and what is not.
var truths = [2][]string{{"no", "n", "off", "0", "false", "f"}, {"yes", "y", "on", "1", "true", "t"}}

func (a arguments) truth(name string) (bool, error) {
	switch v := a[name].(type) {
	case bool:
		return v, nil
	case string:
		word := strings.ToLower(strings.TrimSpace(v))
		if yes := slices.Contains(truths[1], word); yes || slices.Contains(truths[0], word) {
			return yes, nil
		}
	}
	return false, mistyped(name, "bool")
}

func (a arguments) whole(name string, otherwise int) (int, error) {
	if !a.has(name) {
		return otherwise, nil
	}
	text := strings.TrimSpace(a.text(name))
	if n, isNumber := a[name].(json.Number); isNumber {
		if f, err := n.Float64(); err == nil && f > -1e15 && f < 1e15 {
			return int(f), nil
		}
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, mistyped(name, "int")
	}
	return n, nil
}

// texts are a list of texts, in JSON or as the text of a JSON list.
func (a arguments) texts(name string) ([]string, error) {
	value := a[name]
	if text, ok := value.(string); ok {
		if text == "" {
			return nil, nil
		}
		if json.Unmarshal([]byte(text), &value) != nil {
			return nil, mistyped(name, "list")
		}
	}
	list, ok := value.([]any)
	if !ok && value != nil {
		return nil, mistyped(name, "list")
	}
	out := make([]string, 0, len(list))
	for _, one := range list {
		text, ok := one.(string)
		if !ok {
			return nil, mistyped(name, "list")
		}
		out = append(out, text)
	}
	return out, nil
}

func mistyped(name, as string) error {
	return fault.New(fault.Invalid, codeMistyped, "parameter [%s] expected as_type [%s]", name, as)
}
