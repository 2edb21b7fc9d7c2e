package gateway_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/gateway"
)

// TestDIRACsExampleAPI runs a job through the handlers of TornadoREST's
// manual, for users who sign in by each of the gateway's ways.
//
// covers: D0-001 D0-046 D0-049
func TestDIRACsExampleAPI(t *testing.T) {
	t.Parallel()
	h := start(t)
	g, err := gateway.New(gateway.Config{Listen: []string{"127.0.0.1:0"}, Issuer: issuer, Demo: true, DataDir: filepath.Join(h.dir, "demo"), Drain: 2 * time.Second},
		gateway.Deps{NATS: h.nats.Conn(t), Log: logx.Discard()})
	if err != nil {
		t.Fatal(err)
	}
	begin(t, g)
	ready(t, g)
	c := newClient(t, g, "alice", "alice123")
	var made struct{ Value uint64 }
	c.ok(&made, "POST", "/dirac-demo/job", `[{"Executable":"/bin/sh","Arguments":"-c 'exit 3'","JobGroup":"g1","JobName":"three"}]`)
	var token struct {
		Token string `json:"access_token"`
	}
	c.ok(&token, "POST", "/api/v1/login", `{"name":"alice","password":"alice123"}`)
	nobody := c.as("", "")
	bearer := "Authorization: Bearer " + token.Token
	var found struct{ Value []uint64 }
	nobody.ok(&found, "GET", "/dirac-demo/jobs?jobGroup=g1&jobName=three", "", bearer)
	if made.Value == 0 || len(found.Value) != 1 || found.Value[0] != made.Value {
		t.Fatalf("made %d, found %d", made.Value, found.Value)
	}
	var jobs struct{ Jobs []struct{ ID string } }
	c.ok(&jobs, "GET", "/api/v1/jobs", "")
	c.ended(jobs.Jobs[0].ID)
	var status struct{ Value map[string]string }
	path := fmt.Sprintf("/dirac-demo/job/%d", made.Value)
	if nobody.ok(&status, "GET", path, "", bearer); status.Value["Status"] != "Failed" {
		t.Errorf("%v", status.Value)
	}
	nobody.ok(nil, "GET", "/dirac-demo/hello", "")
	for what, a := range map[string]answer{
		"nobody":           nobody.send("GET", path, ""),
		"a forged token":   nobody.send("GET", path, "", bearer+"x"),
		"a wrong password": c.as("alice", "wrong").send("GET", "/dirac-demo/hello", ""),
	} {
		if a.StatusCode != 401 {
			t.Errorf("%s: %d %s", what, a.StatusCode, a.body)
		}
	}
	c.ok(nil, "DELETE", "/dirac-demo/job", fmt.Sprintf("[%d]", made.Value))
	nobody.ok(&found, "GET", "/dirac-demo/jobs?jobGroup=g1", "", bearer)
	if len(found.Value) != 0 {
		t.Errorf("after its deletion: %v", found.Value)
	}
}
