package miniapps

import (
	"context"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// listing is core4's listing of an app. Everybody's is the same, of all that
// there are, so the gateway answers; what else the path has is the program's.
func (s *Service) listing(send func(http.ResponseWriter, *http.Request) error) rest.Route {
	route := rest.Raw("/_info", who.Public, rest.Doc{Title: "Applications and endpoints"}, func(w http.ResponseWriter, r *http.Request) error {
		if r.Method != http.MethodGet && r.Method != http.MethodHead || r.URL.Query().Has("version") {
			return send(w, r)
		}
		s.Listing.ServeHTTP(w, r)
		return nil
	})
	route.Ask = s.visiting
	return route
}

// visiting knows browsers. Whatever else somebody shows is looked at by who
// answers.
func (s *Service) visiting(_ http.ResponseWriter, r *http.Request, known rest.Known) (context.Context, error) {
	if shows(r) {
		return r.Context(), nil
	}
	p, err := known()
	return who.With(r.Context(), p), err
}
