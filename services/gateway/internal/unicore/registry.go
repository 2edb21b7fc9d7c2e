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
		Name:         s.name("unicore-registry"),
		Root:         "/" + d.Site + "/rest/registries",
		Title:        s.title("UNICORE registry"),
		Doc:          "Where the services of " + strings.Join(s.names(), ", ") + " are.",
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

// names are those of all sites.
func (d *door) names() []string {
	if len(d.Sites) == 0 {
		return []string{d.Site}
	}
	return d.Sites
}

func (d *door) registry(a *ask) error {
	// A server that is asked over plain HTTP speaks TLS at the same address.
	at := strings.Replace(strings.TrimSuffix(a.base, a.root), "http://", "https://", 1)
	var entries []registered
	for _, name := range d.names() {
		entries = append(entries, registered{at + "/" + name + "/rest/core", "CoreServices", name},
			registered{at + "/" + name + "/rest/workflows", "WorkflowServices", name})
	}
	return a.show(map[string]any{"entries": entries, "_links": links{"self": {Href: a.self}}})
}
