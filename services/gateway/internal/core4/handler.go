package core4

import (
	"context"
	"net/http"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Handler is one of core4's request handlers. Permissions are written against
// its qualified name, never against the path that it is reached by.
type Handler struct {
	Qual    string
	Aliases []string // other qualified names, that permissions may mean it by
	Title   string
	// Public lets everybody in; who leaves it out protects the handler.
	Public bool
	// Tenant demands a permission for the client that the path names, too.
	Tenant  bool
	Methods Methods
}

// Methods are what a handler does, by HTTP method. GET answers HEAD as well.
// What a method returns is the data of the reply.
type Methods map[string]func(*Call) (any, error)

// Rule puts a handler at a path: a regular expression that matches the whole
// of what follows the container's root, and begins with literal text.
type Rule struct {
	Pattern string
	Handler *Handler
}

// methods are those that HTTP knows; any other is refused before anybody is
// asked who they are.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}

// routes are the lines that a rule makes in the table. The handler's own
// permission is checked behind the access rule, which only sees to it that
// somebody is known.
func (d *door) routes(root string, rules []Rule) []rest.Route {
	var out []rest.Route
	for _, rule := range rules {
		h, path := rule.Handler, compile(root, rule.Pattern)
		access := who.Authenticated
		if h.Public {
			access = who.Public
		}
		doc := rest.Doc{Title: h.Title, Tags: []string{"core4"}}
		options := rest.Raw("OPTIONS "+path.route, who.Public, doc, h.options)
		options.Unasked = true
		all := rest.Raw(path.route, access, doc, func(w http.ResponseWriter, r *http.Request) error {
			return d.serve(h, path, w, r)
		})
		all.Unasked = h.Public
		out = append(out, options, all)
	}
	return out
}

// path is where a rule puts its handler.
type path struct {
	root  string
	route string         // the pattern of the table
	match *regexp.Regexp // nil: the route says it all
}

// compile panics where a pattern of this program is wrong.
func compile(root, pattern string) path {
	match := regexp.MustCompile("^(?:" + pattern + ")$")
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		panic(err)
	}
	if tree.Op == syntax.OpLiteral {
		return path{root: root, route: pattern}
	}
	prefix, _ := regexp.MustCompile(pattern).LiteralPrefix()
	at := strings.LastIndexByte(prefix, '/')
	return path{root, prefix[:at] + "/{rest...}", match}
}

// groups are what the pattern took from the path, decoded once each; false
// means that the path is not the pattern's.
func (p path) groups(r *http.Request) (groups []group, ok bool) {
	if p.match == nil {
		return nil, true
	}
	found := p.match.FindStringSubmatch(strings.TrimPrefix(r.URL.EscapedPath(), p.root))
	if found == nil {
		return nil, false
	}
	for i, name := range p.match.SubexpNames()[1:] {
		text, err := unescape(found[i+1])
		if err != nil {
			return nil, false
		}
		groups = append(groups, group{name, text})
	}
	return groups, true
}

// group is one group of a pattern; those without a name are known by their place.
type group struct{ name, text string }

// tenant takes the client out of the groups: the one of that name, or the
// first if they have no names.
func tenant(groups []group) (client string, rest []group) {
	at := slices.IndexFunc(groups, func(g group) bool { return g.name == "client" })
	if at < 0 && len(groups) > 0 && groups[0].name == "" {
		at = 0
	}
	if at < 0 {
		return "", groups
	}
	return groups[at].text, slices.Delete(slices.Clone(groups), at, at+1)
}

// serve answers for a handler: may the caller use it with this method, is
// there such a method, and what does it say.
func (d *door) serve(h *Handler, p path, w http.ResponseWriter, r *http.Request) error {
	c := d.call(w, r)
	c.w, c.r, c.handler = w, r, h
	groups, ok := p.groups(r)
	switch {
	case !ok:
		return errNoPath
	case !slices.Contains(methods, r.Method):
		return h.wrongMethod(w)
	}
	if c.groups = groups; h.Tenant {
		c.Client, c.groups = tenant(groups)
	}
	if !h.Public {
		if err := d.permit(c); err != nil {
			return err
		}
	}
	f := h.Methods[r.Method]
	if f == nil && r.Method == http.MethodHead {
		f = h.Methods[http.MethodGet]
	}
	if f == nil {
		return h.wrongMethod(w)
	}
	if err := c.read(); err != nil {
		return err
	}
	ctx, cancel := outliving(r)
	defer cancel()
	c.r = r.WithContext(ctx)
	data, err := f(c)
	if err != nil || c.wrote {
		return err
	}
	return c.reply(data)
}

// patience bounds a change that its client cannot end.
const patience = 10 * time.Second

// outliving is for what changes something: that may end the very credential
// that it was asked for with, and so the request's own context.
func outliving(r *http.Request) (context.Context, context.CancelFunc) {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return context.WithCancel(r.Context())
	}
	return context.WithTimeout(context.WithoutCancel(r.Context()), patience)
}

var errNoPath = fault.New(fault.Missing, "request.no_path", "There is nothing at this path.")

// options tells what there is, to programs in browsers before they ask.
func (h *Handler) options(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Allow", h.allowed())
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusOK)
	return nil
}

func (h *Handler) wrongMethod(w http.ResponseWriter) error {
	w.Header().Set("Allow", h.allowed())
	return fault.New(fault.Unsupported, "request.method", "Method Not Allowed").WithStatus(http.StatusMethodNotAllowed)
}

func (h *Handler) allowed() string {
	out := []string{http.MethodOptions}
	for m := range h.Methods {
		out = append(out, m)
		if m == http.MethodGet {
			out = append(out, http.MethodHead)
		}
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), ", ")
}
