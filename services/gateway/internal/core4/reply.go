package core4

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// envelope is what every reply of data is wrapped in.
type envelope struct {
	ID        string `json:"_id"`
	Code      int    `json:"code"`
	Message   string `json:"message"`
	Timestamp string `json:"timestamp"`
	Version   string `json:"version"`
	Data      any    `json:"data"`
}

// paged is the envelope of a page of something longer.
type paged struct {
	envelope
	Total   int `json:"total_count"`
	Pages   int `json:"page_count"`
	Page    int `json:"page"`
	PerPage int `json:"per_page"`
	Count   int `json:"count"`
}

// page is data that is a page; Rows are those on it.
type page struct {
	Rows                 []any
	Total, Page, PerPage int
}

// timeLayout is core4's: UTC without saying so.
const timeLayout = "2006-01-02T15:04:05.000000"

func stamp(t time.Time) string { return t.UTC().Format(timeLayout) }

func (d *door) envelope(id string, code int, data any) envelope {
	return envelope{ID: id, Code: code, Message: http.StatusText(code), Timestamp: stamp(d.Now()), Version: d.version(), Data: data}
}

func (d *door) version() string { return "core4/" + d.Version }

// reply answers with data.
func (c *Call) reply(data any) error {
	e := c.door.envelope(c.ID, http.StatusOK, data)
	p, isPage := data.(page)
	if !isPage {
		return write(c.w, c.r, http.StatusOK, "application/json; charset=UTF-8", asJSON(e))
	}
	e.Data = p.Rows
	return write(c.w, c.r, http.StatusOK, "application/json; charset=UTF-8", asJSON(paged{
		e, p.Total, (p.Total + p.PerPage - 1) / p.PerPage, p.Page, p.PerPage, len(p.Rows)}))
}

// asJSON shows text as it is, without escapes for HTML.
func asJSON(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // our own types
	}
	return b.Bytes()
}

func write(w http.ResponseWriter, r *http.Request, code int, contentType string, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(code)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client may be gone
	}
	return nil
}
