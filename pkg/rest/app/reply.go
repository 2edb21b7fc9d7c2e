package app

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest/media"
)

// envelope is what every reply of data is wrapped in.
type envelope struct {
	ID        string  `json:"_id"`
	Code      int     `json:"code"`
	Message   string  `json:"message"`
	Timestamp string  `json:"timestamp"`
	Version   string  `json:"version"`
	Data      any     `json:"data"`
	Flash     []flash `json:"flash,omitempty"`
}

// paged is the envelope of a page of something longer.
type paged struct {
	envelope
	media.Paging
}

// Null is data that is nothing; a handler that returns nil replies nothing.
var Null = json.RawMessage("null")

// timeLayout is core4's: UTC without saying so.
const timeLayout = "2006-01-02T15:04:05.000000"

// Stamp spells a moment as core4 does.
func Stamp(t time.Time) string { return t.UTC().Format(timeLayout) }

const jsonType = "application/json; charset=UTF-8"

// version is that of the container's project.
func (c *Call) version() string {
	if c.mapper == nil {
		return "core4/" + c.server.Version
	}
	return c.mapper.project() + "/" + c.mapper.Version
}

// Prefers is the form of answer that the client asks for: the argument
// content_type beats the header Accept.
func (c *Call) Prefers() media.Form {
	media.Vary(c.w.Header())
	return media.Choose(c.r.Header, c.Args.Text("content_type"))
}

// Reply answers with data, in the envelope. A page adds its attributes to the
// envelope; a table has no envelope save in JSON. With the status of an error
// (see SetStatus) the data are its text.
func (c *Call) Reply(data any) error {
	code := c.status
	if code == 0 {
		code = http.StatusOK
	}
	if code >= http.StatusBadRequest {
		return c.replyError(code, data)
	}
	form := c.Prefers()
	e := envelope{ID: c.ID, Code: code, Message: http.StatusText(code), Timestamp: Stamp(c.server.Now()),
		Version: c.version(), Data: data, Flash: c.flash}
	var whole any = &e
	switch v := data.(type) {
	case media.Paged:
		p := paged{envelope: e}
		p.Paging, p.Data = v.Part()
		p.Data = plain(p.Data)
		whole = p
	case media.Table:
		if form != media.JSON {
			return c.replyTable(code, v, form)
		}
		v.Time = timeLayout
		e.Data = v
	default:
		e.Data = plain(data)
	}
	body, err := encode(whole)
	if err != nil {
		return err
	}
	return c.answer(code, jsonType, body, envelopeTag(body, e.ID, e.Timestamp))
}

func (c *Call) replyTable(code int, t media.Table, form media.Form) error {
	if c.wrote {
		return errFinished
	}
	c.Header().Set("Content-Type", form.ContentType())
	c.SetStatus(code)
	t.Safe = t.Safe || c.Args.Text("safe") == "1"
	return t.Write(c.Writer(), form)
}

// replyError answers with the text of an error that nobody raised.
func (c *Call) replyError(code int, data any) error {
	e := c.failure(code)
	switch v := data.(type) {
	case nil:
		e.Error = e.Message
	case string:
		e.Error = v
	default:
		text, err := encode(plain(v))
		if err != nil {
			return err
		}
		e.Error = string(bytes.TrimSpace(text))
	}
	body, err := encode(e)
	if err != nil {
		return err
	}
	return c.answer(code, jsonType, body, "")
}

// answer is a whole answer that nothing may be added to.
func (c *Call) answer(code int, contentType string, body []byte, tag string) error {
	if c.wrote {
		return errFinished
	}
	c.Writer()
	c.out.done = true
	c.Header().Set("Content-Type", contentType)
	c.send(code, body, tag)
	return nil
}

// encode shows text as it is, without escapes for HTML.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}

// AsJSON is JSON of types of our own.
func AsJSON(v any) []byte {
	b, err := encode(v)
	if err != nil {
		panic(err)
	}
	return b
}
