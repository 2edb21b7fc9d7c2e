package tornado

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// line is one verb at one pattern of a port.
type line struct {
	target  *target
	verb    string
	pattern string // "/job/{jobID}"
	spare   bool   // of a Web endpoint: one for the verb alone goes before it
}

// table has every line once, by port, verb and shape.
type table map[place]line

type place struct {
	port        int
	verb, shape string
}

// add puts a handler's endpoints into the table.
func (t table) add(of *api) error {
	var errs []error
	rpc := false
	for _, one := range of.targets {
		if rpc = rpc || one.export; one.export {
			continue
		}
		list, err := one.verbs()
		errs = append(errs, err)
		for _, verb := range list {
			for _, pattern := range one.paths {
				errs = append(errs, t.put(of.port, line{one, verb, pattern, one.verb == ""}))
			}
		}
	}
	if rpc {
		errs = append(errs, of.unique(), t.put(of.port, line{of.remote(), http.MethodPost, of.remotePath(), false}))
	}
	return errors.Join(errs...)
}

// verbs are those that an endpoint answers. HEAD is GET's, where there is one.
func (t *target) verbs() ([]string, error) {
	supported := t.api.meta.Verbs
	if supported == nil {
		supported = verbs
	}
	switch {
	case t.verb == "":
		return slices.DeleteFunc(slices.Clone(supported), func(v string) bool {
			return v == http.MethodHead && slices.Contains(supported, http.MethodGet)
		}), nil
	case !slices.Contains(supported, t.verb):
		return nil, fmt.Errorf("%s: %s: the handler does not support %s", t.api.info.Component, t.Endpoint, t.verb)
	}
	return []string{t.verb}, nil
}

func (t table) put(port int, l line) error {
	at := place{port, l.verb, shape(l.pattern)}
	other, taken := t[at]
	switch {
	case taken && other.target == l.target: // two locations that are one
	case taken && other.target.api == l.target.api && l.spare && !other.spare:
	case taken && !(other.target.api == l.target.api && other.spare && !l.spare):
		return fmt.Errorf("%s %s and %s %s both answer %s %s", other.target.api.info.Component, other.target.Endpoint,
			l.target.api.info.Component, l.target.Endpoint, l.verb, l.pattern)
	default:
		t[at] = l
	}
	return nil
}

// mount makes routes of the table, in a stable order.
func (a *App) mount(t table) {
	lines := make(map[string]place, len(t))
	for at, l := range t {
		lines[fmt.Sprintf("%05d %s %s", at.port, l.pattern, l.verb)] = at
	}
	for _, key := range sortedKeys(lines) {
		at, l := lines[key], t[lines[key]]
		info := &l.target.api.info
		info.URLs = append(info.URLs, l.verb+" "+l.pattern)
		a.routes[at.port] = append(a.routes[at.port], l.route(a))
	}
}

func (l line) route(a *App) rest.Route {
	t := l.target
	pattern := l.verb + " " + l.pattern
	if t.export {
		return a.Route(pattern, t.rule, rpcDoc(t.api), remote{t.api, a.cfg.MaxBody})
	}
	return a.Route(pattern, t.rule, t.doc(l.verb), byPath{t, wildcards(l.pattern)}).Typed(t.request, t.described())
}

// byPath is the Mapper of REST: the path says which endpoint is meant.
type byPath struct {
	target *target
	names  []string // of the wildcards, without the tail
}

func (m byPath) Resolve(r *http.Request) (Endpoint, Args, error) {
	args := Args{}
	for _, name := range m.names {
		args.Path = append(args.Path, r.PathValue(name))
	}
	tail := rest.Tail(r)
	if n := len(tail); n > 0 && tail[n-1] == "" { // one final slash is no difference
		tail = tail[:n-1]
	}
	args.Path = append(args.Path, tail...)
	return m.target.Endpoint, args, nil
}

func wildcards(pattern string) []string {
	var out []string
	for _, w := range wildcard.FindAllString(pattern, -1) {
		if !strings.HasSuffix(w, "...}") {
			out = append(out, w[1:len(w)-1])
		}
	}
	return out
}

// weakest is a rule that lets in whoever one of the endpoints lets in.
func weakest(targets []*target) who.Rule {
	names := []string{}
	for _, t := range targets {
		if t.rule.Name == who.Public.Name {
			return who.Public
		}
		names = append(names, t.rule.Name)
	}
	slices.Sort(names)
	return who.Custom(strings.Join(slices.Compact(names), " or "), func(p who.Principal) error {
		var first error
		for _, t := range targets {
			err := t.rule.Check(p)
			if err == nil {
				return nil
			}
			if first == nil {
				first = err
			}
		}
		return first
	})
}
