package oauth

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/oauth/pages"
)

// place is where a login leads. It is one of a few, and never an address that
// somebody wrote: a login page that leads anywhere is a gift to phishers.
type place struct {
	request string // id of an authorization request: its consent page
	device  bool   // the page for devices,
	code    string // with this code
}

func placeOf(v url.Values) place {
	return place{request: once(v, "r"), device: once(v, "to") == "device", code: once(v, "user_code")}
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
	}
	return v
}

// text is a place in one word, for other components and for a form's token.
func (p place) text() string { return p.values().Encode() }

// placeIn reads text back.
func placeIn(text string) place {
	v, _ := url.ParseQuery(text)
	return placeOf(v)
}

func (p place) query() string {
	if t := p.text(); t != "" {
		return "?" + t
	}
	return ""
}

func (p place) hidden() []pages.Hidden {
	var out []pages.Hidden
	for _, name := range []string{"r", "to", "user_code"} {
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
	return d.root(r) + Root + "/login" + placeOf(v).query()
}
