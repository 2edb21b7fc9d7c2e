package gateway

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// taken is what each door takes. Whoever changes a door changes it here, on
// purpose.
const taken = `
core4.api.server.Unversioned: basic bearer apikey core4-jwt header=X-API-Key scoped
core4.api.v1.server.CoreApiServer: basic bearer apikey core4-jwt header=X-API-Key scoped
core4.server.OtherPaths: basic bearer apikey core4-jwt header=X-API-Key scoped
dirac-auth: bearer reversed certificate query=access_token scoped
dirac-sandbox: basic bearer reversed certificate apikey upstream header=X-API-Key query=access_token scoped
dirac: basic bearer reversed certificate apikey upstream header=X-API-Key query=access_token scoped
docs: nothing
ecflow: basic apikey list header=X-API-Key query=key scoped
native: basic bearer apikey upstream header=X-API-Key scoped
oauth: bearer
site: basic bearer scoped
unicore-registry: basic bearer certificate apikey site-jwt upstream user-jwt header=X-API-Key scoped
unicore-workflows: basic bearer certificate apikey site-jwt upstream user-jwt header=X-API-Key scoped
unicore: basic bearer certificate apikey site-jwt upstream user-jwt header=X-API-Key scoped
`

// asked notes the door that it is asked for.
type asked struct{ edge.Door }

func (a *asked) Prove(d edge.Door, _ *http.Request) (edge.Proven, error) {
	a.Door = d
	return edge.Proven{}, nil
}

func (a *asked) String() string {
	var out []string
	for name, yes := range map[string]bool{"1 basic": a.Basic, "2 bearer": a.Bearer, "2 reversed": a.Reversed, "3 certificate": a.Certificate,
		"5 header=" + a.Header: a.Header != "", "6 query=" + a.Query: a.Query != "", "7 scoped": a.Scoped, "4 list": a.List != nil} {
		if yes {
			out = append(out, name)
		}
	}
	for _, k := range a.Accept {
		out = append(out, "4 "+string(k))
	}
	slices.Sort(out)
	for i, s := range out {
		out[i] = s[2:]
	}
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, " ")
}

func TestWhatEachDoorTakes(t *testing.T) {
	t.Parallel()
	nc, err := nats.Connect("nats://127.0.0.1:1", nats.RetryOnFailedConnect(true))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	s, err := New(Config{Listen: []string{"127.0.0.1:0"}, DataDir: t.TempDir()}, Deps{NATS: nc, Log: logx.Discard()})
	if err != nil {
		t.Fatal(err)
	}
	over, end := context.WithCancel(t.Context())
	end()
	defer func() { _ = s.Run(over) }() // gives back what New took
	var lines []string
	prover := &asked{}
	// Of the other paths of these two no bearer is asked.
	paths := map[string]string{"oauth": "/auth/userinfo", "dirac-auth": "/oauth2/groups"}
	containers, err := s.containers(prover)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range containers {
		prover.Door = edge.Door{}
		if c.Authenticate != nil {
			if _, err := c.Authenticate(httptest.NewRecorder(), httptest.NewRequest("GET", cmp.Or(paths[c.Name], "/"), nil)); err != nil {
				t.Errorf("%s: %v", c.Name, err)
			}
		}
		lines = append(lines, fmt.Sprintf("%s: %s\n", c.Name, prover))
	}
	slices.Sort(lines)
	if got := "\n" + strings.Join(lines, ""); got != taken {
		t.Errorf("the doors take%s", got)
	}
}
