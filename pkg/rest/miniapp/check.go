package miniapp

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// The bounds of a registration. They keep a program from filling the memory of
// every gateway.
const (
	MaxApps   = 32
	MaxRoutes = 500 // of one container
	MaxCards  = 64  // of one container
	maxTags   = 20
	maxText   = 200      // bytes of a name, title, pattern, tag
	maxDoc    = 4 << 10  // bytes of an introduction
	maxURL    = 500      // bytes of an address
	MaxToken  = 16 << 10 // bytes
)

var (
	instance = regexp.MustCompile(`^[a-z0-9]{20,40}$`)
	// below is a path under a root; no segment of it is a dot or two.
	below = regexp.MustCompile(`^(/[A-Za-z0-9_-][A-Za-z0-9._~-]{0,63}){1,8}$`)
	root  = regexp.MustCompile(`^(/[A-Za-z0-9][A-Za-z0-9._~-]{0,63}){1,8}$`)
)

// Validate looks at the form of a registration: everything that can be said
// without knowing who sends it and what else there is. Its fault is Invalid
// and names every field that is wrong.
func (r Registration) Validate() error {
	c := &check{}
	c.that(r.Token != "" && len(r.Token) <= MaxToken, "token", "is required, of at most %d bytes", MaxToken)
	c.that(instance.MatchString(r.Instance), "instance", "must be 20 to 40 lower-case letters and digits")
	if r.Leave {
		return c.fault()
	}
	c.that(len(r.Key) >= 32 && len(r.Key) <= 128, "key", "must be 32 to 128 bytes")
	c.line("program", r.Program, maxText, true)
	if _, err := Address(r.URL); err != nil {
		c.that(false, "url", "%v", err)
	}
	if strings.HasPrefix(r.URL, "https:") {
		c.that(pin.MatchString(r.Pin), "pin", "must be the SHA-256 of the public key, in base64url without padding")
	} else {
		c.that(r.Pin == "", "pin", "is for https only")
	}
	c.that(len(r.Apps) > 0 && len(r.Apps) <= MaxApps, "apps", "must be 1 to %d", MaxApps)
	seen := map[string]bool{}
	for i, a := range r.Apps[:min(len(r.Apps), MaxApps)] {
		at := fmt.Sprintf("apps[%d]", i)
		c.app(at, a)
		c.that(!seen[a.Root], at+".root", "is there twice")
		seen[a.Root] = true
	}
	return c.fault()
}

// Address reads where a program says it listens: http or https, an IP address
// and a port, and nothing else. A name is refused, since it can lead elsewhere
// a moment after it was looked at.
func Address(text string) (netip.AddrPort, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return netip.AddrPort{}, errAddress
	}
	at, err := netip.ParseAddrPort(u.Host)
	if err != nil || at.Port() == 0 || at.Addr().Zone() != "" || at.Addr().IsUnspecified() || text != u.Scheme+"://"+u.Host {
		return netip.AddrPort{}, errAddress
	}
	return at, nil
}

var errAddress = errors.New("must be http or https, an IP address and a port, such as http://127.0.0.1:5001, and nothing else")

// check collects what is wrong.
type check struct{ bad []fault.Field }

func (c *check) that(ok bool, field, format string, args ...any) {
	if !ok && len(c.bad) < 50 {
		c.bad = append(c.bad, fault.Field{Name: field, Message: fmt.Sprintf(format, args...)})
	}
}

func (c *check) fault() error {
	if len(c.bad) == 0 {
		return nil
	}
	f := fault.New(fault.Invalid, "app.invalid", "The registration is not right: %s %s.", c.bad[0].Name, c.bad[0].Message)
	f.Fields = c.bad
	return f
}

// text refuses what cannot be shown to people as it is; line refuses line ends
// as well.
func (c *check) text(field, s string, most int) {
	c.shown(field, s, most, func(r rune) bool { return r != '\n' && r != '\t' && invisible(r) })
}

func (c *check) line(field, s string, most int, required bool) {
	c.that(!required || s != "", field, "is required")
	c.shown(field, s, most, invisible)
}

func (c *check) shown(field, s string, most int, bad func(rune) bool) {
	c.that(len(s) <= most, field, "may have %d bytes", most)
	c.that(utf8.ValidString(s) && !strings.ContainsFunc(s, bad), field, "must be UTF-8 without control characters")
}

// invisible is what changes how other text looks: control characters, ends of
// lines, and what turns the direction of writing, by which a text can look like
// another one.
func invisible(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

func (c *check) app(at string, a App) {
	c.line(at+".name", a.Name, maxText, true)
	c.line(at+".title", a.Title, maxText, true)
	c.text(at+".doc", a.Doc, maxDoc)
	c.that(root.MatchString(a.Root), at+".root", "must be 1 to 8 segments of letters, digits and ._~-, such as /greeter")
	c.that(a.OpenAPI == "" || below.MatchString(a.OpenAPI), at+".openapi", "must be 1 to 8 segments of letters, digits and ._~-, such as /_info/openapi.json")
	c.that(len(a.Routes) > 0 && len(a.Routes) <= MaxRoutes, at+".routes", "must be 1 to %d", MaxRoutes)
	c.that(len(a.Cards) <= MaxCards, at+".cards", "may be %d", MaxCards)
	for i, r := range a.Routes[:min(len(a.Routes), MaxRoutes)] {
		f := fmt.Sprintf("%s.routes[%d]", at, i)
		c.line(f+".pattern", r.Pattern, maxText, true)
		c.line(f+".access", r.Access, maxText, true)
		c.line(f+".title", r.Title, maxText, true)
	}
	for i, card := range a.Cards[:min(len(a.Cards), MaxCards)] {
		c.card(fmt.Sprintf("%s.cards[%d]", at, i), card)
	}
	c.that(len(a.Handlers) <= MaxHandlers, at+".handlers", "may be %d", MaxHandlers)
	for i, h := range a.Handlers[:min(len(a.Handlers), MaxHandlers)] {
		c.handler(fmt.Sprintf("%s.handlers[%d]", at, i), h)
	}
}

func (c *check) card(at string, k Card) {
	c.line(at+".title", k.Title, maxText, true)
	c.line(at+".subtitle", k.Subtitle, maxText, false)
	c.line(at+".author", k.Author, maxText, false)
	c.line(at+".icon", k.Icon, 64, false)
	c.tags(at, k.Tags)
	c.links(at, map[string]string{"enter": k.Enter, "card": k.Card, "help": k.Help})
}

func (c *check) tags(at string, tags []string) {
	c.that(len(tags) <= maxTags, at+".tags", "may be %d", maxTags)
	for i, tag := range tags[:min(len(tags), maxTags)] {
		c.line(fmt.Sprintf("%s.tags[%d]", at, i), tag, maxText, true)
	}
}

func (c *check) links(at string, links map[string]string) {
	for name, link := range links {
		c.that(link == "" || len(link) <= maxURL && harmless(link), at+"."+name, "must be a path or an https URL")
	}
}

// harmless reports whether a link can stand on a page of ours: a path of this
// server or an address of the web, and no script.
func harmless(link string) bool {
	u, err := url.Parse(link)
	if err != nil || strings.ContainsAny(link, "\\\t\r\n") {
		return false
	}
	local := u.Scheme == "" && u.Host == "" && strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "//")
	return local || (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}
