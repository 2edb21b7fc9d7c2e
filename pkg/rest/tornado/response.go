package tornado

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Response is an answer with a status, headers, cookies or a redirect:
// TornadoResponse. Its actions are carried out in the order in which they were
// called, after the endpoint has returned; then the payload is sent, if no
// action has finished the answer. An action that cannot be carried out is a
// defect: the client gets a 500, and the log the reason.
type Response struct {
	payload any
	actions []action
}

// action changes the answer, and reports whether it is finished.
type action func(c *Call, a *answer) (finished bool, err error)

// Respond begins a response with a payload, which may be whatever an endpoint
// may return, or nil.
func Respond(payload any) *Response { return &Response{payload: payload} }

func (r *Response) then(f action) *Response {
	r.actions = append(r.actions, f)
	return r
}

// SetStatus sets the status, 200 to 599.
func (r *Response) SetStatus(status int) *Response {
	return r.then(func(_ *Call, a *answer) (bool, error) {
		if status < 200 || status > 599 {
			return false, fmt.Errorf("%d is no status of an answer", status)
		}
		a.status = status
		return false, nil
	})
}

// SetHeader sets a header in place of what was set before.
func (r *Response) SetHeader(name, value string) *Response {
	return r.then(func(_ *Call, a *answer) (bool, error) {
		a.header.Del(name)
		return false, a.add(name, value)
	})
}

// AddHeader adds a header to those that were set before.
func (r *Response) AddHeader(name, value string) *Response {
	return r.then(func(_ *Call, a *answer) (bool, error) { return false, a.add(name, value) })
}

// ClearHeader takes a header back.
func (r *Response) ClearHeader(name string) *Response {
	return r.then(func(_ *Call, a *answer) (bool, error) {
		a.header.Del(name)
		return false, nil
	})
}

// SetCookie sends a cookie.
func (r *Response) SetCookie(c http.Cookie) *Response {
	return r.then(func(_ *Call, a *answer) (bool, error) {
		if err := c.Valid(); err != nil {
			return false, err
		}
		return false, a.add("Set-Cookie", c.String())
	})
}

// ClearCookie makes the browser forget a cookie of the path.
func (r *Response) ClearCookie(name, path string) *Response {
	return r.SetCookie(http.Cookie{Name: name, Path: path, MaxAge: -1})
}

// Write adds text to the body.
func (r *Response) Write(text string) *Response {
	return r.then(func(c *Call, a *answer) (bool, error) {
		kind := a.kind
		*a = a.with(c.text(append(a.body, text...)))
		if kind != "" {
			a.kind = kind
		}
		return false, nil
	})
}

// Render adds a page made of a template.
func (r *Response) Render(page *template.Template, data any) *Response {
	return r.then(func(_ *Call, a *answer) (bool, error) {
		var b bytes.Buffer
		err := page.Execute(&b, data)
		a.kind, a.body = htmlType, append(a.body, b.Bytes()...)
		return false, err
	})
}

// Redirect sends the client elsewhere: 302, or another of 301 to 308. A path
// of this server may always be the target; another server has to be one of the
// endpoint's RedirectTo.
func (r *Response) Redirect(to string, status ...int) *Response {
	code := append(slices.Clone(status), http.StatusFound)[0]
	return r.then(func(c *Call, a *answer) (bool, error) {
		if code < 301 || code > 308 {
			return false, fmt.Errorf("%d is no status of a redirect", code)
		}
		target, err := c.target.options.allowed(to)
		a.status, a.kind, a.body = code, "", nil
		return true, errors.Join(err, a.add("Location", target))
	})
}

// allowed is the target of a redirect, escaped.
func (o options) allowed(to string) (string, error) {
	u, err := url.Parse(to)
	if err != nil {
		return "", err
	}
	origin := u.Scheme + "://" + u.Host
	switch {
	case u.User != nil, u.Opaque != "", strings.ContainsAny(to, "\\"), strings.HasPrefix(u.Path, "//"):
		return "", fmt.Errorf("a redirect to %q may lead anywhere", to)
	case u.Scheme == "" && u.Host == "" || slices.Contains(o.redirects, origin):
		return u.String(), nil
	}
	return "", fmt.Errorf("a redirect to %q is not allowed: see RedirectTo", origin)
}

// SendError finishes the answer with an error in the container's form.
func (r *Response) SendError(status int, format string, args ...any) *Response {
	return r.then(func(*Call, *answer) (bool, error) {
		return true, fault.New(fault.Invalid, "error", format, args...).WithStatus(status)
	})
}

// Finish sends a payload in place of the response's own, and ends the answer.
func (r *Response) Finish(payload any) *Response {
	return r.then(func(c *Call, a *answer) (bool, error) {
		body, err := c.encode(payload)
		*a = a.with(body)
		return true, err
	})
}
