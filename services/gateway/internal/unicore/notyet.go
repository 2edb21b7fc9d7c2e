package unicore

import (
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
)

// emptyRoutes are the lists of what nobody can make yet: they are empty, and
// say so to clients that look.
func (d *door) emptyRoutes() []rest.Route {
	var routes []rest.Route
	for _, path := range []string{"reservations", "storagefactories", "transfers", "client-server-transfers", "tasks"} {
		key := strings.TrimPrefix(path, "client-server-")
		routes = append(routes, d.user("GET /"+path, "List "+path, "Empty: there can be none yet.",
			func(a *ask) error { return a.listFixed(key) }))
	}
	return routes
}

// missingRoutes are UNICORE's resources that Heddle does not offer yet. They
// are here so that a client hears that, and not that its URL is wrong.
func (d *door) missingRoutes() []rest.Route {
	var routes []rest.Route
	for _, r := range []struct{ pattern, what string }{
		{"POST /reservations", "Reservations"},
		{"POST /storages", "The creation of storages"},
		{"POST /storages/default_storage_factory", "The creation of storages"},
		{"POST /storages/{id}/actions/copy", "Copying on the server"},
		{"POST /storages/{id}/actions/rename", "Renaming on the server"},
		{"POST /storages/{id}/actions/extract", "The extraction of metadata"},
		{"POST /storages/{id}/imports", "Client-server transfers"},
		{"POST /storages/{id}/exports", "Client-server transfers"},
		{"POST /storages/{id}/transfers", "Server-to-server transfers"},
		{"GET /storages/{id}/search", "Search in metadata"},
	} {
		routes = append(routes, d.user(r.pattern, r.what, "Not offered yet.",
			func(*ask) error { return notOffered(r.what) }))
	}
	return routes
}

func notOffered(what string) error {
	return fault.New(fault.Unsupported, "unicore.not_offered", "%s: not offered yet by this server.", what).
		WithStatus(http.StatusNotImplemented)
}
