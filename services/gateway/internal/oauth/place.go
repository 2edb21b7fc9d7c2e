package oauth

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/oauth/pages"
)

// place is where a login leads. It is one of a few, or a page of a program that
// has joined, and never an address that somebody wrote: a login page that leads
// anywhere is a gift to phishers.
type place struct {
	request string // id of an authorization request: its consent page
	device  bool   // the page for devices,
	code    string // with this code
	next    string // a page of a program: path and query under the server's root
}

func (d *door) placeOf(v url.Values) place {
	p := place{request: once(v, "r"), device: once(v, "to") == "device", code: once(v, "user_code")}
	if next := once(v, paramNext); d.Pages != nil && ownPath(next) && d.Pages(next) {
		p.next = next
	}
	return p
}

const (
	paramNext = "next"
	maxNext   = 2000 // bytes
)

// LoginFor is the login that leads back to a page of a program: path and query
// under the server's root. Without one it is the login alone.
func LoginFor(next string) string {
	if next == "" {
		return Root + "/login"
	}
	return Root + "/login?" + url.Values{paramNext: {next}}.Encode()
}

// ownPath reports whether an address is a path of this server, and the one that
// browsers take it for: they take a backslash for a slash, leave out controls,
// and go up at "..", however it is spelled.
func ownPath(address string) bool {
	bad := func(r rune) bool { return r <= ' ' || r == '\\' || r >= 0x7f }
	if len(address) > maxNext || !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") || strings.ContainsFunc(address, bad) {
		return false
	}
	u, err := url.Parse(address)
	if err != nil || u.Fragment != "" {
		return false
	}
	up := func(segment string) bool { return segment == "." || segment == ".." }
	return !slices.ContainsFunc(strings.FieldsFunc(u.Path, func(r rune) bool { return r == '/' || r == '\\' }), up)
}

func (p place) values() url.Values {
	v := url.Values{}
	switch {
	case p.request != "":
		v.Set("r", p.request)
	case p.device:
		v.Set("to", "device")
		if p.code != "" {
			v.Set("user_code", p.code)
		}
	case p.next != "":
		v.Set(paramNext, p.next)
	}
	return v
}

// text is a place in one word, for other components and for a form's token.
func (p place) text() string { return p.values().Encode() }

// placeIn reads text back.
func (d *door) placeIn(text string) place {
	v, _ := url.ParseQuery(text)
	return d.placeOf(v)
}

func (p place) query() string {
	if t := p.text(); t != "" {
		return "?" + t
	}
	return ""
}

func (p place) hidden() []pages.Hidden {
	var out []pages.Hidden
	for _, name := range []string{"r", "to", "user_code", paramNext} {
		if value := p.values().Get(name); value != "" {
			out = append(out, pages.Hidden{Name: name, Value: value})
		}
	}
	return out
}

// path is the place's own, under the server's root.
func (p place) path() string {
	switch {
	case p.request != "":
		return Root + "/consent?" + p.text()
	case p.code != "":
		return Root + "/device?" + url.Values{"user_code": {p.code}}.Encode()
	case p.device:
		return Root + "/device"
	case p.next != "":
		return p.next
	default:
		return Root + "/account"
	}
}

// loginFor is the login that leads back to the page of a request.
func (d *door) loginFor(r *http.Request) string {
	v := r.URL.Query()
	if strings.HasPrefix(r.URL.Path, Root+"/device") {
		v.Set("to", "device")
		v.Del("r")
	}
	return d.root(r) + Root + "/login" + d.placeOf(v).query()
}
