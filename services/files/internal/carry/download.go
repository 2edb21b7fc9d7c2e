package carry

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// download is the content of a URL. Where the server says what makes a content
// the same one, it goes on after a break where it was.
type download struct {
	web           Web
	ctx           context.Context
	url           *url.URL
	authorization string

	body  io.ReadCloser // nil after a break
	at    int64         // bytes read
	size  int64         // -1: unknown
	same  string        // for If-Range; empty: a break is the end
	broke int           // times in turn that nothing came
}

// begin asks for the content; more than limit bytes are not even begun.
func (d *download) begin(limit int64) error {
	res, err := d.ask("")
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		res.Body.Close()
		return answered(res)
	}
	if res.ContentLength > limit {
		res.Body.Close()
		return storage.TooLarge(limit)
	}
	d.body, d.size, d.same = res.Body, res.ContentLength, validator(res.Header)
	return nil
}

func (d *download) close() {
	if d.body != nil {
		d.body.Close()
	}
}

func (d *download) ask(from string) (*http.Response, error) {
	r, err := request(d.ctx, http.MethodGet, d.url, d.authorization)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/octet-stream, */*;q=0.5")
	if from != "" {
		r.Header.Set("Range", from)
		r.Header.Set("If-Range", d.same)
	}
	res, err := d.web.Client.Do(r)
	if err != nil {
		return nil, failed(d.ctx, err)
	}
	return res, nil
}

// Read implements io.Reader; its errors are faults.
func (d *download) Read(b []byte) (int, error) {
	for {
		if d.body == nil {
			if err := d.resume(); err != nil {
				return 0, err
			}
			continue
		}
		n, err := d.body.Read(b)
		if d.at += int64(n); n > 0 {
			d.broke = 0
		}
		if d.size >= 0 && d.at > d.size {
			return 0, changed()
		}
		if err == io.EOF && (d.size < 0 || d.at == d.size) {
			return n, io.EOF
		}
		if err != nil {
			d.body.Close()
			d.body = nil
			if d.same == "" || d.ctx.Err() != nil {
				return n, failed(d.ctx, err)
			}
		}
		if n > 0 || len(b) == 0 {
			return n, nil
		}
	}
}

// resume asks for the rest.
func (d *download) resume() error {
	if d.size == d.at { // the break came after the last byte
		d.body = http.NoBody
		return nil
	}
	if d.broke++; d.broke > tries {
		return fault.New(fault.Unavailable, "carry.broken", "broke off again and again after %d bytes", d.at).WithRetry(retryShortly)
	}
	if err := d.web.pause(d.ctx, d.broke); err != nil {
		return fault.From(err)
	}
	res, err := d.ask(fmt.Sprintf("bytes=%d-", d.at))
	switch {
	case err != nil && passing(err):
		return nil
	case err != nil:
		return err
	case res.StatusCode == http.StatusPartialContent && d.continues(res.Header.Get("Content-Range")):
		d.body = res.Body
		return nil
	}
	res.Body.Close()
	switch f := answered(res); {
	case res.StatusCode/100 == 2, res.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		return changed()
	case passing(f):
		return nil
	default:
		return f
	}
}

// continues reports whether a part is the one that was asked for, of the same
// whole.
func (d *download) continues(contentRange string) bool {
	var first, last, size int64
	if n, err := fmt.Sscanf(contentRange, "bytes %d-%d/%d", &first, &last, &size); n != 3 || err != nil {
		return false
	}
	if d.size < 0 {
		d.size = size
	}
	return first == d.at && size == d.size && last == size-1
}

func changed() error {
	return fault.New(fault.Unavailable, "carry.changed", "broke off, and does not go on where it was")
}

// validator is what tells one content of a URL from another beyond doubt: a
// strong tag, or a time that is long enough ago.
func validator(h http.Header) string {
	if tag := h.Get("ETag"); tag != "" && !strings.HasPrefix(tag, "W/") {
		return tag
	}
	modified, err := http.ParseTime(h.Get("Last-Modified"))
	if err != nil {
		return ""
	}
	if now, err := http.ParseTime(h.Get("Date")); err != nil || now.Sub(modified) < time.Minute {
		return ""
	}
	return h.Get("Last-Modified")
}
