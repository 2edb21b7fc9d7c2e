package tornado

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
)

// play carries the actions out.
func (r *Response) play(c *Call) (answer, error) {
	a := answer{header: http.Header{}}
	err := r.act(c, &a)
	if err != nil && a.stream != nil {
		_ = a.stream.Close()
	}
	return a, err
}

func (r *Response) act(c *Call, a *answer) error {
	finished := false
	for _, f := range r.actions {
		if finished {
			return errors.New("tornado: a response goes on after its end")
		}
		var err error
		if finished, err = f(c, a); err != nil {
			return fmt.Errorf("tornado: response: %w", err)
		}
	}
	if finished || len(a.body) > 0 && absent(r.payload) {
		return nil
	}
	if _, nested := r.payload.(*Response); nested {
		return errors.New("tornado: a response in a response")
	}
	written := a.body
	payload, err := c.encode(r.payload)
	*a = a.with(payload)
	if len(written) > 0 && a.stream != nil {
		return errors.New("tornado: a response has text before a stream")
	}
	a.body = append(written, a.body...)
	return err
}

// with is a body under the headers and the status that there are.
func (a answer) with(body answer) answer {
	if a.status == 0 {
		a.status = body.status
	}
	a.kind, a.body, a.stream = body.kind, body.body, body.stream
	for name, values := range body.header {
		if _, set := a.header[name]; !set {
			a.header[name] = values
		}
	}
	return a
}

// Names and values of headers (RFC 9110, sections 5.1 and 5.5).
var (
	headerName  = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	headerValue = regexp.MustCompile(`^[\t\x20-\x7e\x{80}-\x{10ffff}]*$`)
)

// add refuses what would be cut or changed on its way to the client.
func (a *answer) add(name, value string) error {
	if !headerName.MatchString(name) || !headerValue.MatchString(value) {
		return fmt.Errorf("%q: %q is no header", name, value)
	}
	a.header.Add(name, value)
	return nil
}
