package miniapps

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
	"github.com/heddle-dev/heddle/pkg/rest/page"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// app is one container and the instances that serve it.
type app struct {
	miniapp.App
	owner     string // login name
	trusted   bool
	instances []*instance
	turn      atomic.Uint32
}

// serving is what is served at one moment.
type serving struct {
	apps   []*app
	server *rest.Server // nil: nothing
}

// serve makes the living programs what is served.
func (s *Service) serve() {
	now := &serving{apps: appsOf(s.table.living())}
	var containers []rest.Container
	for _, a := range now.apps {
		containers = append(containers, s.container(a.App, a))
	}
	server, err := rest.NewServer(s.Log, containers...)
	if err != nil { // each of them was tried before it was let in
		s.Log.Error("the programs that have joined cannot be served", "err", err)
		return
	}
	now.server = server
	s.serving.Store(now)
}

// appsOf groups instances by root. Where those of one root differ, as while a
// program is replaced by its next version, the newest decide and the others
// wait.
func appsOf(living []*instance) []*app {
	byRoot := map[string]*app{}
	tables := map[string]string{}
	var out []*app
	for _, i := range living {
		for _, a := range i.Apps {
			text, _ := json.Marshal(a) // texts and lists: it never fails
			found := byRoot[a.Root]
			if found == nil {
				found = &app{App: a, owner: i.OwnerName, trusted: i.Trusted}
				byRoot[a.Root], tables[a.Root] = found, string(text)
				out = append(out, found)
			}
			if tables[a.Root] == string(text) && found.owner == i.OwnerName {
				found.instances = append(found.instances, i)
			}
		}
	}
	slices.SortFunc(out, func(a, b *app) int { return cmp.Compare(a.Root, b.Root) })
	return out
}

// container is an app as the framework serves it: the routes that it has
// registered, each with its rule. a may be nil, to try the table.
func (s *Service) container(t miniapp.App, a *app) rest.Container {
	c := rest.Container{
		Name: t.Name, Root: t.Root, Title: t.Title, Doc: t.Doc, Cards: t.Cards,
		Authenticate: s.authenticate, Errors: s.refuse,
	}
	if t.Permissions {
		c.Authenticate = s.authenticateCore4
	}
	send := func(w http.ResponseWriter, r *http.Request) error { return s.proxy.send(w, r, a) }
	if len(t.Handlers) > 0 {
		c.Routes = append(c.Routes, s.listing(send))
		if a != nil {
			c.Routes = append(c.Routes, s.standard(t)...)
		}
	}
	for _, route := range t.Routes {
		rule, _ := who.Named(route.Access) // the zero Rule lets nobody in, and NewServer refuses it
		c.Routes = append(c.Routes, rest.Raw(route.Pattern, rule, rest.Doc{Title: route.Title}, send))
	}
	return c
}

// Callers is what those may show who ask for an app, beside the session of a
// browser.
var Callers = edge.Door{
	Basic: true, Bearer: true, Accept: []authapi.Kind{authapi.KindAPIKey, authapi.KindUpstream}, Header: "X-API-Key", Scoped: true,
}

// authenticate knows callers by what they show, and browsers again.
func (s *Service) authenticate(w http.ResponseWriter, r *http.Request) (who.Principal, error) {
	if !shows(r) {
		v, err := s.Browsers.Visit(r)
		if err != nil {
			return who.Principal{}, err
		}
		if !v.Nobody() {
			p := edge.Proven{Principal: v.Principal, Facts: v.Facts}
			return p.Principal, edge.Readmit(w, r, Callers, p)
		}
	}
	p, err := edge.Admit(w, r, s.Prover, Callers)
	return p.Principal, err
}

// shows reports whether a request has credentials in its header.
func shows(r *http.Request) bool {
	return len(r.Header.Values("Authorization")) > 0 || len(r.Header.Values(Callers.Header)) > 0
}

// refuse writes a fault. A person at a browser is led to the page for signing
// in and back again, and not asked by the browser for a password.
func (s *Service) refuse(w http.ResponseWriter, r *http.Request, f *fault.Error) {
	if f.Kind == fault.Unauthenticated && page.Wanted(r) {
		edge.Door{Bearer: true}.Offer(w.Header())
		root, next := s.URLs(r), ""
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			next = r.URL.RequestURI()
		}
		e := page.Error{
			Frame: page.Frame{Root: root}, Status: http.StatusUnauthorized, Reason: "Please sign in", Text: "This page is for those who have signed in.",
			Request: logx.Request(r.Context()), Link: page.Link{Text: "Sign in", URL: root + s.SignIn(next)},
		}
		if e.Write(w, r) == nil {
			return
		}
	}
	s.Errors(w, r, f)
}
