package gateway_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// The empty description is how clients get a directory to work in: the job has
// succeeded as soon as it is there, without having run, and its directory stays
// usable after that.
//
// covers: C4-380
func unicoreEmpty(t *testing.T, c *client) {
	for _, description := range []string{`{}`, `{"Name": "scratch", "Tags": ["a"]}`} {
		path, j := c.unicore(description)
		if j.Status != "SUCCESSFUL" || j.ExitCode != nil {
			t.Fatalf("%s: %+v", description, j)
		}
		_, dir, _ := strings.Cut(j.Links["workingDirectory"].Href, "/DEMO-SITE")
		c.ok(nil, "PUT", "/DEMO-SITE"+dir+"/files/in/here", "kept", "Content-Type: application/octet-stream")
		c.ok(nil, "POST", path+"/actions/start", "{}") // as PyUNICORE does after each new job
		if got := c.file(c.comes(path, "SUCCESSFUL"), "in/here"); got != "kept" {
			t.Errorf("%s: its directory has %q", description, got)
		}
		if strings.Contains(strings.Join(j.Log, " "), "process was started") {
			t.Errorf("%s: something ran: %q", description, j.Log)
		}
	}
}

// A start of a job that does not wait for one is no error, and changes nothing.
//
// covers: C4-387
func unicoreStarts(t *testing.T, c *client) {
	version := func(path string) uint64 {
		var j struct {
			Version uint64 `json:"version"`
		}
		c.ok(&j, "GET", "/api/v1/jobs/"+path[strings.LastIndex(path, "/")+1:], "")
		return j.Version
	}
	runs := c.unicoreAt(unicoreJobs, `{"Executable": "while [ ! -e go ]; do sleep 0.1; done"}`)
	files := c.comes(runs, "RUNNING").Links["workingDirectory"].Href + "/files/go"
	ended, _ := c.unicore(`{"Executable": "true"}`)
	failed := c.unicoreAt(unicoreJobs, `{"Executable": "false"}`)
	c.comes(failed, "FAILED")
	later := c.unicoreAt(unicoreJobs, `{"Executable": "true", "Not before": "2099-01-01 00:00"}`)
	c.comes(later, "READY")
	for _, path := range []string{runs, ended, failed, later} {
		before := version(path)
		for _, body := range []string{"{}", "", "{}"} {
			if a := c.send("POST", path+"/actions/start", body); a.StatusCode != http.StatusNoContent {
				t.Errorf("%s: %d %s", path, a.StatusCode, a.body)
			}
		}
		if after := version(path); after != before {
			t.Errorf("%s: it has changed, from %d to %d", path, before, after)
		}
	}
	_, file, _ := strings.Cut(files, "/DEMO-SITE")
	c.ok(nil, "PUT", "/DEMO-SITE"+file, "", "Content-Type: application/octet-stream")
	c.comes(runs, "SUCCESSFUL")
	if a := c.send("POST", unicoreJobs+"/1234567890b/actions/start", "{}"); a.StatusCode != http.StatusNotFound {
		t.Errorf("of no job: %d", a.StatusCode)
	}
}

// Every list takes tags, and shows what has all of them: nothing, where what is
// listed cannot have any.
//
// covers: U4-047
func unicoreTags(t *testing.T, c *client) {
	const base = "/DEMO-SITE/rest/core"
	site := c.ok(nil, "POST", base+"/sites", `{"tags": ["wood", "stone"]}`).Header.Get("Location")
	_, site, _ = strings.Cut(site, base)
	at := c.ok(nil, "POST", base+site, `{"Executable": "true", "Tags": ["wood", "iron"]}`).Header.Get("Location")
	_, job, _ := strings.Cut(at, base)
	listed := func(path, name string) (urls []string) {
		var all map[string]json.RawMessage
		c.ok(&all, "GET", base+path, "")
		if err := json.Unmarshal(all[name], &urls); err != nil {
			t.Fatalf("%s: %v in %s", path, err, all)
		}
		for i, url := range urls {
			_, urls[i], _ = strings.Cut(url, base)
		}
		return urls
	}
	for _, list := range []struct{ path, name, tagged, other string }{
		{"/jobs", "jobs", job, "iron"}, {site + "/jobs", "jobs", job, "iron"}, {"/sites", "sites", site, "stone"},
		{"/storages", "storages", "", ""}, {"/factories", "factories", "", ""},
	} {
		q := "?tags="
		if list.path == "/storages" {
			q = "?filter=all&tags="
		}
		if len(listed(list.path+strings.TrimSuffix(q, "tags="), list.name)) == 0 {
			t.Errorf("%s is empty without tags", list.path)
		}
		for tags, shown := range map[string]bool{
			"wood": true, "wood," + list.other: true, "wood+" + list.other: true, `%22wood%20` + list.other + `%22`: true,
			"wood,glass": false, "glass": false, "woo": false,
		} {
			var want []string
			if shown && list.tagged != "" {
				want = []string{list.tagged}
			}
			if got := listed(list.path+q+tags, list.name); !slices.Equal(got, want) {
				t.Errorf("%s%s%s lists %v, want %v", list.path, q, tags, got, want)
			}
		}
	}
}
