package gateway_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// A job that runs when its termination time comes is stopped, and it and its
// directory are gone; a time that is over already changes nothing.
//
// covers: U4-184 U4-185
func TestUNICORETerminationTime(t *testing.T) {
	t.Parallel()
	c := start(t).client
	path := c.unicoreAt(unicoreJobs, `{"Executable": "sleep 600"}`)
	j := c.comes(path, "RUNNING")
	_, storage, _ := strings.Cut(j.Links["workingDirectory"].Href, "/DEMO-SITE")
	c.ok(nil, "GET", "/DEMO-SITE"+storage, "")
	var said map[string]string
	c.ok(&said, "PUT", path, `{"terminationTime": "2001-12-31T12:00:00+0000"}`)
	if want := "The time 2001-12-31T12:00:00+0000 is over already."; said["terminationTime"] != want {
		t.Errorf("%v", said)
	}
	at := time.Now().Add(2 * time.Second).UTC()
	c.ok(&said, "PUT", path, `{"terminationTime": "`+at.Format("2006-01-02T15:04:05-0700")+`"}`)
	if said["terminationTime"] != "OK" {
		t.Fatalf("%v", said)
	}
	c.gone("/api/v1/jobs/" + path[strings.LastIndex(path, "/")+1:])
	for _, gone := range []string{path, "/DEMO-SITE" + storage, "/DEMO-SITE" + storage + "/files"} {
		if a := c.send("GET", gone, ""); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d %s", gone, a.StatusCode, a.body)
		}
	}
}

// gone waits, by long polls, until there is no such job.
func (c *client) gone(path string) {
	c.t.Helper()
	for version, deadline := uint64(0), time.Now().Add(time.Minute); time.Now().Before(deadline); {
		a := c.send("GET", fmt.Sprintf("%s?wait=20s&after=%d", path, version), "")
		if a.StatusCode == http.StatusNotFound {
			return
		}
		var j jobsapi.Job
		if err := json.Unmarshal([]byte(a.body), &j); err != nil {
			c.t.Fatalf("%s: %d %v", path, a.StatusCode, err)
		}
		version = j.Version
	}
	c.t.Fatalf("%s is still there", path)
}
