package edge

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// refusalHeader follows the status line of what net/http says to requests it
// cannot read, and of nothing else that it writes.
var refusalHeader = []byte("\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n")

// refusal reports whether b is net/http's own refusal, and its status.
func refusal(b []byte) (int, bool) {
	const begin = "HTTP/1.1 "
	if len(b) > 1024 || !bytes.HasPrefix(b, []byte(begin)) {
		return 0, false
	}
	line, _, _ := bytes.Cut(b, []byte("\r\n"))
	if !bytes.HasPrefix(b[len(line):], refusalHeader) || len(line) < len(begin)+3 {
		return 0, false
	}
	status, err := strconv.Atoi(string(line[len(begin) : len(begin)+3]))
	return status, err == nil && status >= 400
}

func refusalFault(status int) *fault.Error {
	switch status {
	case http.StatusRequestHeaderFieldsTooLarge:
		return fault.New(fault.Exhausted, "request.header_too_large", "The request's header is too large.").WithStatus(status)
	case http.StatusNotImplemented:
		return fault.New(fault.Unsupported, "request.transfer_encoding", "The request's transfer encoding is not supported.").WithStatus(status)
	case http.StatusHTTPVersionNotSupported:
		return fault.New(fault.Unsupported, "request.version", "This version of HTTP is not supported.").WithStatus(status)
	default:
		return fault.New(fault.Invalid, "request.malformed", "This is not a well-formed HTTP request.").WithStatus(status)
	}
}

// canned is an answer that is written to a connection by hand.
type canned struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (c *canned) Header() http.Header { return c.header }

func (c *canned) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
}

func (c *canned) Write(b []byte) (int, error) {
	c.WriteHeader(http.StatusOK)
	return c.body.Write(b)
}

func (c *canned) send(to io.Writer) error {
	c.WriteHeader(http.StatusBadRequest)
	c.header.Set("Content-Length", strconv.Itoa(c.body.Len()))
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", c.status, http.StatusText(c.status))
	_ = c.header.Write(&b) // a Buffer takes everything
	b.WriteString("\r\n")
	b.Write(c.body.Bytes())
	_, err := to.Write(b.Bytes())
	return err
}
