package gateway_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/gateway"
)

// Kinds of jobs come from a file; a program finds its name and arguments in
// its environment. What happened is known to a gateway that was not there.
func TestCore4JobsOfAFile(t *testing.T) {
	t.Parallel()
	h := start(t)
	file := filepath.Join(h.dir, "kinds.yaml")
	kinds := "- {qual_name: my.jobs.Print, executable: /usr/bin/env, environment: {MODE: nightly}, author: me, doc: Prints., tag: [mine]}\n"
	if err := os.WriteFile(file, []byte(kinds), 0o600); err != nil {
		t.Fatal(err)
	}
	begun := func(name string) *client {
		t.Helper()
		g, err := gateway.New(gateway.Config{Listen: []string{"127.0.0.1:0"}, Issuer: issuer, DataDir: filepath.Join(h.dir, name),
			Drain: 2 * time.Second, Core4: gateway.Core4Config{Jobs: file}}, gateway.Deps{NATS: h.nats.Conn(t), Log: logx.Discard()})
		if err != nil {
			t.Fatal(err)
		}
		begin(t, g)
		ready(t, g)
		return newClient(t, g, "admin", "hans")
	}
	c := begun("first")
	var id string
	c.data(&id, "POST", "/job", `{"qual_name":"my.jobs.Print","args":{"who":"`+"`id`"+` $HOME"},"follow":false}`)
	c.is(id, "complete")
	a := c.core4("GET", "/core4/api/v1/job/log/"+id+"?per_page=1000", "")
	for _, line := range []string{`"MODE=nightly"`, `"CORE4_QUAL_NAME=my.jobs.Print"`, `CORE4_ARGS={\"who\":\"` + "`id`" + ` $HOME\"}`} {
		if !strings.Contains(a.body, line) {
			t.Errorf("%s is not in %s", line, a.body)
		}
	}
	if a := c.core4("POST", "/core4/api/v1/job", `{"qual_name":"core4.demo.job.Echo"}`); a.Code != 404 {
		t.Errorf("a kind of the demonstration: %d", a.Code)
	}
	var first, second []core4Row
	c.data(&first, "GET", "/jobs/history", "")
	begun("second").data(&second, "GET", "/jobs/history", "")
	if len(first) == 0 || len(second) != len(first) || second[0] != first[0] {
		t.Errorf("%+v and %+v", first, second)
	}
}
