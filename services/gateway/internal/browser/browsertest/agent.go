// Package browsertest is a browser without a screen, for tests: it keeps
// cookies, reads forms and sends them, and follows nothing by itself, so that
// a test sees every step.
package browsertest

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Agent is one browser at one server.
type Agent struct {
	T      *testing.T
	Base   string // of addresses that begin with a slash
	Header http.Header
	HTTP   *http.Client
}

// New returns a browser with no cookies; transport may be nil.
func New(t *testing.T, base string, transport http.RoundTripper) *Agent {
	jar, _ := cookiejar.New(nil)
	stop := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Agent{t, base, http.Header{"Accept": {"text/html,*/*;q=0.8"}},
		&http.Client{Jar: jar, Transport: transport, CheckRedirect: stop}}
}

// Program returns a client without cookies that reads JSON.
func Program(t *testing.T, base string, transport http.RoundTripper) *Agent {
	a := New(t, base, transport)
	a.HTTP.Jar, a.Header = nil, http.Header{"Accept": {"application/json"}}
	return a
}

// Page is an answer that was read.
type Page struct {
	*http.Response
	Body string
}

// Location is where the answer leads.
func (p Page) Location() string { return p.Header.Get("Location") }

// Send sends a request, with a form if there is one; headers are "Name: value".
func (a *Agent) Send(method, path string, form url.Values, headers ...string) Page {
	a.T.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	if strings.HasPrefix(path, "/") {
		path = a.Base + path
	}
	r, err := http.NewRequestWithContext(a.T.Context(), method, path, body)
	if err != nil {
		a.T.Fatal(err)
	}
	r.Header = a.Header.Clone()
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	resp, err := a.HTTP.Do(r)
	if err != nil {
		a.T.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		a.T.Fatal(err)
	}
	return Page{resp, string(text)}
}

// Get is Send of a GET.
func (a *Agent) Get(path string, headers ...string) Page {
	a.T.Helper()
	return a.Send("GET", path, nil, headers...)
}

var inputTag, formTag = regexp.MustCompile(`<input[^>]*>`), regexp.MustCompile(`<form[^>]*>`)

// Fields are what a page's form would send, before somebody types.
func (p Page) Fields() url.Values {
	v := url.Values{}
	for _, tag := range inputTag.FindAllString(p.Body, -1) {
		v.Set(attribute(tag, "name"), attribute(tag, "value"))
	}
	return v
}

// Action is where a page's form goes.
func (p Page) Action() string { return attribute(formTag.FindString(p.Body), "action") }

func attribute(tag, name string) string {
	m := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(tag)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

// Submit sends a page's form with some fields changed.
func (a *Agent) Submit(p Page, pairs ...string) Page {
	a.T.Helper()
	v := p.Fields()
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return a.Send("POST", p.Action(), v)
}

// Want fails the test unless the answer has the status, and the parts in its
// Location or its body.
func (p Page) Want(t *testing.T, status int, parts ...string) Page {
	t.Helper()
	all := p.Location() + "\n" + p.Body
	if p.StatusCode != status {
		t.Fatalf("%s %s: %d, not %d: %s", p.Request.Method, p.Request.URL, p.StatusCode, status, all)
	}
	for _, part := range parts {
		if !strings.Contains(all, part) {
			t.Errorf("%s %s: no %q in %s", p.Request.Method, p.Request.URL, part, all)
		}
	}
	return p
}
