package gateway_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/gateway"
	"github.com/heddle-dev/heddle/services/jobs"
)

// Each site has addresses of its own, and its own runners run its jobs.
func TestUNICORESites(t *testing.T) {
	t.Parallel()
	h := start(t)
	g, err := gateway.New(gateway.Config{Listen: []string{"127.0.0.1:0"}, Issuer: issuer, DataDir: filepath.Join(h.dir, "gateway"), UnicoreSites: []string{"OTHER"}},
		gateway.Deps{NATS: h.nats.Conn(t), Log: logx.Discard()})
	if err != nil {
		t.Fatal(err)
	}
	begin(t, g)
	r := jobs.NewRunner(jobs.RunnerConfig{Site: "OTHER", Data: t.TempDir(), WorkDirs: filepath.Join(h.dir, "workdirs"), Slots: 1}, jobs.RunnerDeps{NATS: h.nats.Conn(t), Log: logx.Discard()})
	begin(t, r)
	ready(t, g, r)
	c := newClient(t, g, "demouser", "test123")
	submit := func(site string) string {
		_, path, _ := strings.Cut(c.ok(nil, "POST", "/"+site+"/rest/core/jobs", `{"Executable": "date"}`).Header.Get("Location"), "/jobs/")
		return path
	}
	here, there := submit("DEMO-SITE"), submit("OTHER")
	for id, site := range map[string]string{here: "DEMO-SITE", there: "OTHER"} {
		if j := c.ended(id); j.Site != site || j.State != "succeeded" {
			t.Errorf("the job of %s ended as %s at %s", site, j.State, j.Site)
		}
	}
	for site, want := range map[string][]string{"DEMO-SITE": {there, here}, "OTHER": {there}} {
		var listed struct{ Jobs []string }
		c.ok(&listed, "GET", "/"+site+"/rest/core/jobs", "")
		for i, url := range listed.Jobs {
			listed.Jobs[i] = url[strings.LastIndex(url, "/")+1:]
		}
		if !slices.Equal(listed.Jobs, want) {
			t.Errorf("%s lists %v, want %v", site, listed.Jobs, want)
		}
		var registry struct{ Entries []struct{ Href, Type string } }
		c.ok(&registry, "GET", "/"+site+"/rest/registries/default_registry", "")
		if len(registry.Entries) != 4 || !strings.HasSuffix(registry.Entries[2].Href, "/OTHER/rest/core") || !strings.HasPrefix(registry.Entries[2].Href, "https://") {
			t.Errorf("the registry of %s has %+v", site, registry.Entries)
		}
	}
	var factory struct{ SiteName string }
	c.ok(&factory, "GET", "/OTHER/rest/core/factories/default_target_system_factory", "")
	if factory.SiteName != "OTHER" {
		t.Errorf("%+v", factory)
	}
	for _, path := range []string{"/OTHER/rest/core", "/OTHER/rest/workflows"} {
		c.ok(nil, "GET", path, "")
	}
	// What a user makes at one site is not at the other.
	_, made, _ := strings.Cut(c.ok(nil, "POST", "/OTHER/rest/core/sites", "{}").Header.Get("Location"), "/rest/core")
	c.ok(nil, "GET", "/OTHER/rest/core"+made, "")
	if a := c.send("GET", "/DEMO-SITE/rest/core"+made, ""); a.StatusCode != 404 {
		t.Errorf("%s at the other site: %d %s", made, a.StatusCode, a.body)
	}
}
