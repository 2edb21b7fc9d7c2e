package miniapps

import "github.com/heddle-dev/heddle/pkg/rest"

// Listed is a living app, for listings.
type Listed struct {
	Name, Root, Title, Doc string
	Owner                  string // login name
	Instances              int
	Cards                  []rest.Card
	// OpenAPI is the path of its own description, of a program whose owner is an
	// operator; "" is none. What others write is not for pages of ours to read.
	OpenAPI string
}

// List is the living apps, by root.
func (s *Service) List() []Listed {
	var out []Listed
	for _, a := range s.serving.Load().apps {
		l := Listed{Name: a.Name, Root: a.Root, Title: a.Title, Doc: a.Doc, Owner: a.owner, Instances: len(a.instances), Cards: a.Cards}
		if a.trusted && a.OpenAPI != "" {
			l.OpenAPI = a.Root + a.OpenAPI
		}
		out = append(out, l)
	}
	return out
}
