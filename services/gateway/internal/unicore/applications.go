package unicore

import (
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// applicationView is the representation of an application.
type applicationView struct {
	Name        string            `json:"ApplicationName"`
	Version     string            `json:"ApplicationVersion"`
	Description string            `json:"ApplicationDescription"`
	Options     map[string]option `json:"Options"`
	Links       links             `json:"_links"`
}

// option is what an application can be told, by the job's Parameters.
type option struct {
	Description string   `json:"Description"`
	Type        string   `json:"Type"`
	Default     string   `json:"Default,omitempty"`
	Valid       []string `json:"ValidValues,omitempty"`
}

// applicationID is how lists and URLs spell an application.
func applicationID(app jobsapi.Application) string { return app.Name + "---v" + app.Version }

func (d *door) applications(a *ask) error {
	s, err := d.report(a)
	if err != nil {
		return err
	}
	return a.show(map[string]any{"applications": applicationIDs(s), "_links": links{"self": {Href: a.self}}})
}

func applicationIDs(s jobsapi.Site) []string {
	ids := []string{}
	for _, app := range s.Applications {
		ids = append(ids, applicationID(app.Application))
	}
	return ids
}

func (d *door) application(a *ask) error {
	s, err := d.report(a)
	if err != nil {
		return err
	}
	for _, app := range s.Applications {
		if applicationID(app.Application) == a.PathValue("app") {
			return a.show(applicationView{app.Name, app.Version, app.Description, optionsOf(app), links{"self": {Href: a.self}}})
		}
	}
	return missing("application", a.PathValue("app"))
}

func optionsOf(app jobsapi.ApplicationInfo) map[string]option {
	all := map[string]option{}
	for _, o := range app.Options {
		kind := strings.ToUpper(o.Type)
		if kind == "" {
			kind = "STRING"
		}
		all[o.Name] = option{o.Description, kind, o.Default, o.Choices}
	}
	return all
}
