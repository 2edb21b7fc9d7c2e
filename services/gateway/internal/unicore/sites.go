package unicore

import (
	"fmt"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore/description"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// A Heddle site is one target system, made by one factory, with one queue.
const (
	factoryID = "default_target_system_factory"
	siteID    = "default_target_system"
	queueName = "normal"
)

func (d *door) siteRoutes() []rest.Route {
	const factory, site = "/factories/" + factoryID, "/sites/" + siteID
	return []rest.Route{
		d.user("GET /factories", "Factories", "The site factories: one.", d.factories),
		d.user("POST /factories", "Create a site", "Every user has the site already; its URL is the answer.", d.createSite),
		d.user("GET "+factory, "The factory", "What the site can do.", d.factory),
		d.user("POST "+factory, "Create a site", "As `POST /sites`.", d.createSite),
		d.user("GET "+factory+"/applications", "Applications", "Programs that can be run by name.", d.applications),
		d.user("GET "+factory+"/applications/{app}", "An application", "Its name, version and description, and the parameters that it takes.", d.application),
		d.user("GET /sites", "Sites", "The target systems: one.", d.sites),
		d.user("POST /sites", "Create a site", "Every user has the site already; its URL is the answer.", d.createSite),
		d.user("GET "+site, "The site", "What the site can do.", d.site),
		d.user("PUT "+site, "Change the site's properties", "Answers for each property whether it was changed.", (*ask).changeProperties),
		d.user("DELETE "+site, "Destroy the site", "Refused: the site belongs to everybody.", d.destroySite),
		d.user("GET "+site+"/applications", "Applications", "Programs that can be run by name.", d.applications),
		d.user("GET "+site+"/applications/{app}", "An application", "Its name, version and description, and the parameters that it takes.", d.application),
	}
}

// capability is the representation of the factory and of the site.
type capability struct {
	common
	SiteName     string                       `json:"siteName"`
	Resources    map[string]map[string]string `json:"resources"` // by queue
	Applications []string                     `json:"applications"`
	Reservation  string                       `json:"supportsReservation"`
	Budget       map[string]map[string]string `json:"remainingComputeTime"`
	Other        map[string]string            `json:"otherInfo"`
	Jobs         *int                         `json:"numberOfJobs,omitempty"`
}

func (d *door) factories(a *ask) error {
	return a.listFixed("factories", a.base+"/factories/"+factoryID)
}

func (d *door) sites(a *ask) error { return a.listFixed("sites", a.base+"/sites/"+siteID) }

func (d *door) createSite(a *ask) error {
	if _, err := a.document(); err != nil {
		return err
	}
	return a.created("/sites/" + siteID)
}

func (d *door) factory(a *ask) error {
	here := "/factories/" + factoryID
	c, err := d.capability(a, links{"self": a.link(here), "sites": a.link("/sites"), "applications": a.link(here + "/applications")})
	if err != nil {
		return err
	}
	return a.show(c)
}

func (d *door) site(a *ask) error {
	here := "/sites/" + siteID
	c, err := d.capability(a, links{"self": a.link(here), "jobs": a.link(here + "/jobs"),
		"applications": a.link(here + "/applications"), "parent": a.link("/factories/" + factoryID)})
	if err != nil {
		return err
	}
	page, err := d.Backend.Jobs.List(a.Context(), jobsapi.ListRequest{Limit: 1, Total: true})
	if err != nil {
		return err
	}
	c.Jobs = &page.Total
	return a.show(c)
}

func (d *door) capability(a *ask, l links) (capability, error) {
	all, err := d.Backend.Jobs.Sites(a.Context(), jobsapi.Empty{})
	if err != nil {
		return capability{}, err
	}
	resources := map[string]string{"Runtime": "*", "Nodes": "1-1"}
	for _, s := range all.Sites {
		if s.Name == d.Site && s.Slots > 0 {
			resources["CPUsPerNode"] = fmt.Sprintf("1-%d", s.Slots)
		}
	}
	c := capability{
		common: ready("", nil, l), SiteName: d.Site,
		Resources:   map[string]map[string]string{queueName: resources},
		Reservation: "false", Budget: map[string]map[string]string{}, Other: map[string]string{},
	}
	for _, app := range description.BuiltIn() {
		c.Applications = append(c.Applications, app.ID())
	}
	return c, nil
}

func (d *door) destroySite(*ask) error {
	return fault.New(fault.Denied, "unicore.site", "The site belongs to everybody and cannot be destroyed.")
}
