package app

import (
	"fmt"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/rest/media"
	"github.com/heddle-dev/heddle/pkg/rest/page"
)

// exceptions are the kinds of error that core4's clients look for.
var exceptions = map[string]string{
	arg.CodeMissing:  "tornado.web.MissingArgumentError",
	arg.CodeMistyped: "core4.error.ArgumentParsingError",
}

// failure is the envelope of an error.
type failure struct {
	ID        string  `json:"_id"`
	Code      int     `json:"code"`
	Message   string  `json:"message"`
	Timestamp string  `json:"timestamp"`
	Version   string  `json:"version"`
	Error     string  `json:"error"`
	Flash     []flash `json:"flash,omitempty"`
}

func (c *Call) failure(code int) failure {
	return failure{ID: c.ID, Code: code, Message: http.StatusText(code), Timestamp: Stamp(c.server.Now()),
		Version: c.version(), Flash: c.flash}
}

// ofAnswer are headers that a handler set for an answer that failed.
var ofAnswer = []string{"ETag", "Content-Disposition", "Content-Encoding", "Last-Modified"}

// writeError answers programs with an envelope and people with a page.
func (s *server) writeError(w http.ResponseWriter, r *http.Request, f *fault.Error) {
	c := s.call(w, r)
	code := rest.Status(f)
	for _, name := range ofAnswer {
		w.Header().Del(name)
	}
	w.Header().Set("Cache-Control", "no-store")
	form := c.Prefers()
	if code == http.StatusUnauthorized {
		w.Header()["Www-Authenticate"] = []string{"Bearer", `Basic realm="core4"`}
		if c.w = w; c.demands() && s.Unknown != nil && s.Unknown(c) {
			_ = c.finish() // the client may be gone
			return
		}
	}
	e := c.failure(code)
	e.Error = c.traceback(f) + errorText(code, f)
	nosniff(w.Header())
	switch form {
	case media.HTML:
		s.errorPage(w, r, e)
	case media.Text, media.CSV:
		w.Header().Set("Content-Type", media.Text.ContentType())
		write(w, r, code, fmt.Appendf(nil, "%d %s\n%s_id: %s\n", e.Code, e.Message, e.Error, e.ID))
	default:
		w.Header().Set("Content-Type", jsonType)
		write(w, r, code, AsJSON(e))
	}
}

// demands reports whether the request is for a handler that asks who it is.
func (c *Call) demands() bool { return c.resource != nil && (!c.resource.Public || c.resource.asks) }

// errorText is how core4 spells an error: its kind, its status and its reason.
func errorText(code int, f *fault.Error) string {
	reason := f.Message
	kind, ok := exceptions[f.Code] // the message of which names the arguments
	if !ok {
		kind = "tornado.web.HTTPError"
		for _, field := range f.Fields {
			reason += "; " + field.Name + ": " + field.Message
		}
	}
	return fmt.Sprintf("%s: HTTP %d: %s (%s)\n", kind, code, http.StatusText(code), reason)
}

func (s *server) errorPage(w http.ResponseWriter, r *http.Request, e failure) {
	shown := page.Error{Status: e.Code, Text: e.Message, Detail: e.Error, Request: e.ID, Contact: s.Contact, Link: page.Link{Text: "To the first page", URL: s.call(w, r).base() + "/"}}
	if err := shown.Write(w, r); err != nil {
		panic(err) // our own page
	}
}
