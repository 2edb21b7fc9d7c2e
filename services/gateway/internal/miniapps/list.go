package miniapps

import (
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Listed is a living app, for listings.
type Listed struct {
	Name, Root, Title, Doc string
	OwnerID, Owner         string // user id and login name
	Instances              int
	Cards                  []rest.Card
	// OpenAPI is the path of its own description, of a program whose owner is an
	// operator; "" is none. What others write is not for pages of ours to read.
	OpenAPI  string
	Handlers []rest.ListedHandler // core4's, if it is made of such
	Started  time.Time            // its latest instance, as this replica has seen it

	access []who.Rule
}

// Sees reports whether somebody may use a part of the app, beside its help.
func (l Listed) Sees(p who.Principal) bool {
	return slices.ContainsFunc(l.access, func(r who.Rule) bool { return r.Check(p) == nil })
}

// Changed is closed when the list is another than at the call.
func (s *Service) Changed() <-chan struct{} {
	_, changed := s.served.look(func() bool { return true })
	return changed
}

// List is the living apps, by root.
func (s *Service) List() []Listed {
	var out []Listed
	for _, a := range s.serving.Load().apps {
		l := Listed{
			Name: a.Name, Root: a.Root, Title: a.Title, Doc: a.Doc, OwnerID: a.instances[0].Owner, Owner: a.owner, Instances: len(a.instances),
			Cards: a.Cards, Handlers: a.Handlers, Started: a.instances[0].since,
		}
		if a.trusted && a.OpenAPI != "" {
			l.OpenAPI = a.Root + a.OpenAPI
		}
		for _, route := range a.Routes {
			if rule, ok := who.Named(route.Access); ok && !strings.Contains(route.Pattern, " /_info") { // help about the rest
				l.access = append(l.access, rule)
			}
		}
		out = append(out, l)
	}
	return out
}
