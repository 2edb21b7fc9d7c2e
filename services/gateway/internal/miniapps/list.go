package miniapps

import "github.com/heddle-dev/heddle/pkg/rest"

// Listed is a living app, for listings.
type Listed struct {
	Name, Root, Title, Doc string
	Owner                  string // login name
	Instances              int
	Cards                  []rest.Card
}

// List is the living apps, by root.
func (s *Service) List() []Listed {
	var out []Listed
	for _, a := range s.serving.Load().apps {
		out = append(out, Listed{
			Name: a.Name, Root: a.Root, Title: a.Title, Doc: a.Doc, Owner: a.owner, Instances: len(a.instances), Cards: a.Cards,
		})
	}
	return out
}
