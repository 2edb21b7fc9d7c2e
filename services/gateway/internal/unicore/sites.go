package unicore

import (
	"cmp"

	"github.com/heddle-dev/heddle/pkg/rest"
)

const (
	// factoryID is the one factory that makes sites.
	factoryID = "default_target_system_factory"
	// siteID is the site that everybody has without having made it.
	siteID = "default_target_system"
)

func (d *door) siteRoutes() []rest.Route {
	const factory, site = "/factories/" + factoryID, "/sites/{site}"
	return []rest.Route{
		d.user("GET /factories", "Factories", "The site factories: one.", d.factories),
		d.user("POST /factories", "Create a site", "As `POST /sites`.", d.createSite),
		d.user("GET "+factory, "The factory", "What the site can do.", d.factory),
		d.user("POST "+factory, "Create a site", "As `POST /sites`.", d.createSite),
		d.user("GET "+factory+"/applications", "Applications", "Programs that can be run by name.", d.applications),
		d.user("GET "+factory+"/applications/{app}", "An application", "Its name, version and description, and the parameters that it takes.", d.application),
		d.user("GET /sites", "Sites", "Your target systems, newest first: `offset`, `num`, `tags`.", d.sites),
		d.user("POST /sites", "Create a site", "A target system of your own, to gather jobs under its address. "+
			"`tags`, `umask` and `terminationTime`, 30 days from now if absent, may be given.", d.createSite),
		d.user("GET "+site, "A site", "What it can do, and how many jobs it has.", d.site),
		d.user("PUT "+site, "Change a site's properties", "`tags`, `umask` and `terminationTime`; answers for each property whether it was changed.", d.changeSite),
		d.user("DELETE "+site, "Destroy a site", "Its jobs stay. The default one is made again when you submit a job and have no other.", d.destroySite),
		d.user("GET "+site+"/applications", "Applications", "Programs that can be run by name.", d.applications),
		d.user("GET "+site+"/applications/{app}", "An application", "Its name, version and description, and the parameters that it takes.", d.application),
	}
}

// capability is the representation of the factory and of the site.
type capability struct {
	common
	SiteName     string                       `json:"siteName"`
	Resources    map[string]map[string]any    `json:"resources"` // by queue
	Applications []string                     `json:"applications"`
	Reservation  string                       `json:"supportsReservation"`
	Budget       map[string]map[string]string `json:"remainingComputeTime"`
	Other        map[string]string            `json:"otherInfo"`
	Umask        string                       `json:"umask,omitempty"`
	Jobs         *int                         `json:"numberOfJobs,omitempty"`
}

func (d *door) factories(a *ask) error {
	return a.listFixed("factories", a.base+"/factories/"+factoryID)
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
	t, err := d.target(a)
	if err != nil {
		return err
	}
	here := "/sites/" + t.ID
	c, err := d.capability(a, links{"self": a.link(here), "jobs": a.link(here + "/jobs"),
		"applications": a.link(here + "/applications"), "parent": a.link("/factories/" + factoryID),
		"storage:" + homeID: a.link("/storages/" + homeID)})
	if err != nil {
		return err
	}
	wanted := d.listed(t.label())
	wanted.Limit, wanted.Total = 1, true
	page, err := d.Backend.Jobs.List(a.Context(), wanted)
	if err != nil {
		return err
	}
	c.Owner, c.Tags, c.Umask, c.Jobs = distinguished(a.me.Name), list(t.Tags...), cmp.Or(t.Umask, usualUmask), &page.Total
	c.TerminationTime = untilStamp(t.Expires)
	return a.show(c)
}

func (d *door) capability(a *ask, l links) (capability, error) {
	s, err := d.report(a)
	return capability{
		common: ready("", nil, l), SiteName: d.Site, Resources: queuesOf(s), Applications: applicationIDs(s),
		Reservation: "false", Budget: map[string]map[string]string{}, Other: otherInfo(s),
	}, err
}
