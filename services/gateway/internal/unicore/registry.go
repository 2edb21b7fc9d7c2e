package unicore

import (
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// registryID is the name under which clients look for a registry.
const registryID = "default_registry"

// Registry returns the list of the site's services, rooted at
// /SITE/rest/registries: clients begin there and find the rest.
func Registry(d Deps) rest.Container {
	s := newDoor(d)
	doc := rest.Doc{Title: "Registries", Text: "There is one.", Tags: []string{"UNICORE"}}
	one := rest.Doc{Title: "The registry", Tags: doc.Tags,
		Text: "Each service of the site with its `type` and its address, which is always an `https` one: clients look for no other."}
	return rest.MustExamples(examples, "examples/registry/*.http").Of(rest.Container{
		Name:         "unicore-registry",
		Root:         "/" + d.Site + "/rest/registries",
		Title:        "UNICORE registry",
		Doc:          "Where the services of the site " + d.Site + " are.",
		Authenticate: s.authenticate,
		Errors:       s.writeError,
		Wrap:         withCaller,
		Routes: []rest.Route{
			s.route("GET /", who.Public, doc, func(a *ask) error { return a.listFixed("registries", a.self+"/"+registryID) }),
			s.route("GET /"+registryID, who.Public, one, s.registry),
		},
	})
}

// registered is a service in the registry.
type registered struct {
	Href string `json:"href"`
	Type string `json:"type"`
	Name string `json:"name"`
}

func (d *door) registry(a *ask) error {
	// A server that is asked over plain HTTP speaks TLS at the same address.
	at := strings.Replace(strings.TrimSuffix(a.base, "/core"), "http://", "https://", 1)
	return a.show(map[string]any{
		"entries": []registered{
			{at + "/core", "CoreServices", d.Site},
			{at + "/workflows", "WorkflowServices", d.Site},
		},
		"_links": links{"self": {Href: a.self}},
	})
}
