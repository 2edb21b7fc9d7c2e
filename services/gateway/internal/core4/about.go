package core4

import (
	"net/http"
	"os"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/media"
	"github.com/heddle-dev/heddle/pkg/rest/page"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// installation are the rules about the program itself.
func (d *door) installation() []app.Rule {
	const under = "core4.api.v1.request.standard."
	get := func(class, title, file string, f func(*app.Call) (any, error)) *app.Handler {
		return &app.Handler{Qual: under + class, Title: title, Author: author,
			Methods: app.Methods{http.MethodGet: f}, Docs: map[string]rest.Doc{http.MethodGet: docOf(file)}}
	}
	return []app.Rule{
		{Pattern: "/about", Handler: get("about.AboutHandler", "About", "about", d.about)},
		{Pattern: "/welcome", Handler: get("welcome.WelcomeHandler", "Welcome", "welcome", d.welcome)},
		{Pattern: "/system", Handler: get("system.SystemHandler", "System", "system", d.system)},
	}
}

func (d *door) about(c *app.Call) (any, error) {
	sites, err := d.Backend.Jobs.Sites(c.Context(), jobsapi.Empty{})
	if err != nil {
		return nil, err
	}
	workers := 0
	for _, s := range sites.Sites {
		workers += s.Runners
	}
	handlers := map[string]bool{}
	projects := map[string]bool{}
	for _, r := range c.Resources() {
		handlers[r.Qual], projects[r.Project()] = true, true
	}
	doc := document{"worker": workers, "app": 1, "scheduler": 0, "jobs": len(d.Jobs), "projects": len(projects),
		"handlers": len(handlers), "version": d.Version, "timestamp": moment(d.Now()), "contact": orNull(d.Contact)}
	return d.shownAs(c, "About", doc)
}

// shownAs is a document, for people as a table of its names and values.
func (d *door) shownAs(c *app.Call, title string, doc document) (any, error) {
	if c.Prefers() != media.HTML {
		return doc, nil
	}
	return nil, d.page(c, http.StatusOK, "facts", shown{Frame: page.Frame{Title: title}, Doc: doc})
}

func (d *door) welcome(c *app.Call) (any, error) {
	const text = "These are core4's endpoints on Heddle. Jobs that are started here are the same jobs at every other door."
	doc := document{"version": d.Version, "text": text}
	return d.shownAs(c, "Welcome", doc)
}

// system is what is alive: this gateway and, by site, the runners that were
// heard of lately. Other gateways are not known to this one.
func (d *door) system(c *app.Call) (any, error) {
	sites, err := d.Backend.Jobs.Sites(c.Context(), jobsapi.Empty{})
	if err != nil {
		return nil, err
	}
	host, _ := os.Hostname() // without a name it is empty
	now := d.Now()
	alive := []document{{"_id": "gateway", "kind": "app", "hostname": orNull(host), "pid": os.Getpid(),
		"heartbeat": 0, "loop": moment(d.Began), "loop_time": now.Sub(d.Began).Seconds()}}
	for _, s := range sites.Sites {
		alive = append(alive, document{"_id": s.Name, "kind": "worker", "hostname": s.Name, "pid": nil,
			"heartbeat": nil, "loop": nil, "loop_time": nil, "runners": s.Runners, "slots": s.Slots})
	}
	if c.Prefers() != media.HTML {
		return document{"alive": alive, "maintenance": document{"system": false, "project": []string{}}}, nil
	}
	rows := document{}
	for _, a := range alive {
		rows[a["_id"].(string)] = a["kind"]
	}
	return d.shownAs(c, "System", rows)
}
