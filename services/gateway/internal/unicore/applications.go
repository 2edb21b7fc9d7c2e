package unicore

import "github.com/heddle-dev/heddle/services/gateway/internal/unicore/description"

// applicationView is the representation of an application.
type applicationView struct {
	Name        string         `json:"ApplicationName"`
	Version     string         `json:"ApplicationVersion"`
	Description string         `json:"ApplicationDescription"`
	Options     map[string]any `json:"Options"`
	Links       links          `json:"_links"`
}

func (d *door) applications(a *ask) error {
	ids := []string{}
	for _, app := range description.BuiltIn() {
		ids = append(ids, app.ID())
	}
	return a.show(map[string]any{"applications": ids, "_links": links{"self": {Href: a.self}}})
}

func (d *door) application(a *ask) error {
	for _, app := range description.BuiltIn() {
		if app.ID() == a.PathValue("app") {
			return a.show(applicationView{app.Name, app.Version, app.Description,
				map[string]any{}, links{"self": {Href: a.self}}})
		}
	}
	return missing("application", a.PathValue("app"))
}
