package tornado

import (
	"io"
	"net/http"
	"strconv"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
)

// answer is what an endpoint's result becomes (5.4).
type answer struct {
	status int // 0: 200
	header http.Header
	kind   string // Content-Type
	body   []byte
	stream io.ReadCloser // in place of body
}

// write answers with a result, or with the error that there is in its place.
func (c *Call) write(w http.ResponseWriter, r *http.Request, result any, err error) error {
	t := c.target
	if err != nil {
		failed, ok := asResult(err)
		switch {
		case ok:
			result = failed
		case t.mode != Envelope || refusal(err):
			return err
		default:
			if fault.Is(err, fault.Internal) {
				t.api.log.ErrorContext(r.Context(), "request failed", "endpoint", t.Endpoint.String(), "err", err)
			}
			result = enveloped(err)
		}
	} else if t.mode == Envelope {
		result = wrapped(result)
	}
	if e := t.options.encode; e != nil {
		return e(w, r, result)
	}
	if rest.Answers(result) { // a table, a download and so on
		return rest.Write(w, r, result)
	}
	a, err := c.encode(result)
	if err != nil {
		return err
	}
	return a.send(w, r)
}

// refusal reports whether the caller, and not the request, was refused: that
// keeps its status in an envelope, too.
func refusal(err error) bool {
	return fault.Is(err, fault.Unauthenticated) || fault.Is(err, fault.Denied)
}

// wrapped puts a value into S_OK, unless it says itself how it is sent.
func wrapped(result any) any {
	switch result.(type) {
	case Result, *Result, *Response, io.Reader, func(io.Writer) error:
		return result
	}
	if rest.Answers(result) {
		return result
	}
	return OK(result)
}

func (a answer) send(w http.ResponseWriter, r *http.Request) error {
	if a.stream != nil {
		return rest.Write(w, r, rest.Reply{Status: a.status, Header: a.header,
			Body: rest.Stream{ContentType: a.kind, Reader: a.stream}})
	}
	h := w.Header()
	if a.kind != "" && len(a.body) > 0 {
		h.Set("Content-Type", a.kind)
		h.Set("X-Content-Type-Options", "nosniff")
	}
	if a.status != http.StatusNoContent && a.status != http.StatusNotModified {
		h.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	for name, values := range a.header {
		h[name] = values
	}
	w.WriteHeader(max(a.status, http.StatusOK))
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.body) // the client may be gone
	}
	return nil
}
