package tornado

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/rest"
)

// encode makes an answer of a result: structures, texts as they are, streams,
// and JSON of everything else.
func (c *Call) encode(result any) (answer, error) {
	switch v := result.(type) {
	case *Response:
		if v != nil {
			return v.play(c)
		}
	case Result:
		return c.structure(v)
	case *Result:
		if v != nil {
			return c.structure(*v)
		}
	case string:
		return c.text([]byte(v)), nil
	case []byte:
		return c.text(v), nil
	case json.RawMessage:
		return answer{kind: jsonType, body: v}, nil
	case rest.Stream:
		return streamed(v), nil
	case *rest.Stream:
		if v != nil {
			return streamed(*v), nil
		}
	case io.ReadCloser:
		return answer{kind: bytesType, stream: v}, nil
	case io.Reader:
		return answer{kind: bytesType, stream: io.NopCloser(v)}, nil
	case func(io.Writer) error:
		return answer{kind: bytesType, stream: piped(v)}, nil
	}
	if absent(result) {
		return c.nothing(), nil
	}
	return c.json(result)
}

const (
	jsonType  = "application/json"
	textType  = "text/plain; charset=utf-8"
	htmlType  = "text/html; charset=utf-8"
	bytesType = "application/octet-stream"
)

// absent reports whether there is nothing to send.
func absent(v any) bool {
	if v == nil || v == struct{}{} {
		return true
	}
	rv := reflect.ValueOf(v)
	return rv.Kind() == reflect.Pointer && rv.IsNil()
}

func (c *Call) nothing() answer {
	if c.target.options.noContent {
		return answer{status: http.StatusNoContent}
	}
	return answer{}
}

// text is sent as it is. It is a page only if it says so at its beginning:
// what a handler passes on is not.
func (c *Call) text(body []byte) answer {
	kind := textType
	begin := body[:min(len(body), len("<!doctype html"))]
	switch {
	case c.raw || !utf8.Valid(body):
		kind = bytesType
	case strings.EqualFold(string(begin), "<!doctype html"):
		kind = htmlType
	}
	return answer{kind: kind, body: body}
}

// structure is S_OK or S_ERROR. Where bytes are wanted, those of S_OK are its
// value's alone.
func (c *Call) structure(v Result) (answer, error) {
	if c.raw && v.Good {
		return c.encode(v.Value)
	}
	out, err := c.json(v)
	if !v.Good {
		if c.target.mode == Plain {
			out.status = c.target.app.errnos.status(v.Errno)
		}
	}
	return out, err
}

func (c *Call) json(v any) (answer, error) {
	if r, ok := v.(Result); ok {
		if c.jencodes() && r.Good {
			r.Value = jencoded(r.Value)
		}
		v = r.structure(c.target.app.errnos)
	} else if c.jencodes() {
		v = jencoded(v)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return answer{}, err
	}
	kind := jsonType
	if c.raw {
		kind = bytesType
	}
	return answer{kind: kind, body: b.Bytes()}, nil
}

func (c *Call) jencodes() bool { return c.target.options.jencode || c.target.api.meta.JEncode }

func streamed(s rest.Stream) answer {
	return answer{kind: s.ContentType, header: s.Header, stream: s.Reader}
}

// piped is what f writes, as it writes it.
func piped(f func(io.Writer) error) io.ReadCloser {
	r, w := io.Pipe()
	go func() {
		defer func() {
			if p := recover(); p != nil {
				_ = w.CloseWithError(errors.New("the writer of the answer panicked"))
			}
		}()
		_ = w.CloseWithError(f(w))
	}()
	return r
}
