package miniapps

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser"
)

// secrets are the headers by which callers prove who they are at one door or
// another. A program learns who they are from the gateway, and cannot act as
// them.
var secrets = []string{"Authorization", "Proxy-Authorization", "X-Api-Key", "X-Unicore-Securitysession", "Client-Cert", "Client-Cert-Chain",
	"X-Forwarded-Prefix", "X-Real-Ip", "Forwarded"}

// ours begins the names of the headers that only a gateway may write.
const ours = "Heddle-"

// rewrite makes the request that a program gets.
func (p *proxy) rewrite(r *httputil.ProxyRequest) {
	h := r.Out.Header
	for _, name := range secrets {
		delete(h, name)
	}
	for _, name := range p.Hide {
		h.Del(name)
	}
	for name := range h {
		if strings.HasPrefix(name, ours) {
			delete(h, name)
		}
	}
	withoutOurCookies(h, r.In)
	r.SetXForwarded()
	if base, err := url.Parse(flightOf(r.In.Context()).base); err == nil {
		h.Set("X-Forwarded-Proto", base.Scheme)
		h.Set("X-Forwarded-Host", base.Host)
	}
	h.Set("X-Request-Id", logx.Request(r.In.Context()))
	otel.GetTextMapPropagator().Inject(r.In.Context(), propagation.HeaderCarrier(h))
}

// core4Cookie is core4's, which proves who somebody is, too.
const core4Cookie = "token"

func ourCookie(name string) bool { return name == core4Cookie || browser.Own(name) }

// withoutOurCookies leaves a program its own cookies.
func withoutOurCookies(h http.Header, r *http.Request) {
	if len(h["Cookie"]) == 0 {
		return
	}
	delete(h, "Cookie")
	out := &http.Request{Header: h}
	for _, c := range r.Cookies() {
		if !ourCookie(c.Name) {
			out.AddCookie(c)
		}
	}
}

// unwelcome are headers of answers that reach further than the program's own
// pages, or are the gateway's to write.
var unwelcome = []string{"X-Request-Id", "Clear-Site-Data", "Service-Worker-Allowed", "Strict-Transport-Security", "Public-Key-Pins", "Alt-Svc", "Nel", "Report-To", "Reporting-Endpoints"}

// sandbox gives a page an origin of its own: its scripts cannot act as the
// person who looks at it.
const sandbox = "sandbox allow-scripts allow-forms allow-popups allow-downloads"

// errUnknown takes the place of a program's own words to a person at a browser
// whom nobody knows: only the gateway can find out who they are.
var errUnknown = fault.New(fault.Unauthenticated, "access.credentials", "This page is for those who have signed in.")

// tame keeps an answer inside the program's own root.
func (p *proxy) tame(resp *http.Response) error {
	h := resp.Header
	if asked := flightOf(resp.Request.Context()); resp.StatusCode == http.StatusUnauthorized && asked.person && asked.caller.Principal.Anonymous() {
		return errUnknown
	}
	for _, name := range unwelcome {
		delete(h, name)
	}
	for name := range h {
		if strings.HasPrefix(name, ours) {
			delete(h, name)
		}
	}
	f := flightOf(resp.Request.Context())
	if !f.app.trusted {
		h.Add("Content-Security-Policy", sandbox)
	}
	keepCookies(h, f.app.Root)
	return nil
}

// keepCookies lets a program set cookies of its own, for its own paths.
func keepCookies(h http.Header, root string) {
	lines := h["Set-Cookie"]
	if len(lines) == 0 {
		return
	}
	delete(h, "Set-Cookie")
	for _, line := range lines {
		c, err := http.ParseSetCookie(line)
		if err != nil || ourCookie(c.Name) || c.Domain != "" || strings.HasPrefix(c.Name, "__Host-") {
			continue
		}
		if !under(c.Path, root) {
			c.Path = root
		}
		h["Set-Cookie"] = append(h["Set-Cookie"], c.String())
	}
	h["Set-Cookie"] = slices.DeleteFunc(h["Set-Cookie"], func(s string) bool { return s == "" })
}
