package miniapps_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
)

func TestWhoMayRegisterWhat(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	join(t, nc, listen(t, "alice", "/alice", http.NotFound), r)
	defer live(t, nc, listen(t, "alice", "/alice", http.NotFound))()
	for name, c := range map[string]struct {
		user, root, code string
	}{
		"an operator anywhere":        {"admin", "/anything/at/all", ""},
		"a user with the permission":  {"demouser", "/demouser", ""},
		"a user without":              {"alice", "/other", "app.denied"},
		"a user below their place":    {"alice", "/alice/more", "app.denied"},
		"nobody":                      {"stranger", "/demo", "access.credentials"},
		"a door":                      {"admin", "/docs", "app.root_is_a_door"},
		"a door, with the permission": {"demouser", "/api/v1/mine", "app.root_is_a_door"},
		"below a door":                {"admin", "/docs/app", "app.root_is_a_door"},
		"above a door":                {"admin", "/SITE", "app.root_is_a_door"},
		"what will be a door":         {"admin", "/console", "app.root_is_a_door"},
		"somebody else's":             {"admin", "/alice", "app.root_taken"},
		"below somebody else's":       {"demouser", "/alice/below", "app.root_taken"},
		"far below somebody else's":   {"admin", "/alice/deep/er", "app.root_taken"},
	} {
		_, err := send(t, nc, listen(t, c.user, c.root, http.NotFound).reg)
		if got := code(err); got != c.code {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
}

func code(err error) string {
	if err == nil {
		return ""
	}
	return fault.From(err).Code
}

func TestWhatIsRegisteredMustBeRight(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	start(t, ns)
	nc := ns.Conn(t)
	stranger := listen(t, "admin", "/x", http.NotFound)
	type reg = *miniapp.Registration
	for name, c := range map[string]struct {
		spoil func(reg)
		code  string
	}{
		"a rule for components":  {func(r reg) { r.Apps[0].Routes[0].Access = "service" }, "app.invalid"},
		"the role of components": {func(r reg) { r.Apps[0].Routes[0].Access = "role:service" }, "app.invalid"},
		"a rule that is none":    {func(r reg) { r.Apps[0].Routes[0].Access = "everybody" }, "app.invalid"},
		"a pattern that is none": {func(r reg) { r.Apps[0].Routes[0].Pattern = "GET x" }, "app.invalid"},
		"patterns that clash":    {func(r reg) { r.Apps[0].Routes[0].Pattern = "POST /mine" }, "app.invalid"},
		"a network outside":      {func(r reg) { r.URL = "http://192.0.2.1:80" }, "app.network"},
		"another machine, plain": {func(r reg) { r.URL = "http://10.0.0.1:80" }, "app.plain"},
		"another service's host": {func(r reg) { r.URL = "http://169.254.169.254:80" }, "app.network"},
		"nobody listens":         {func(r reg) { r.URL = "http://127.0.0.1:1" }, "app.unreachable"},
		"somebody else listens":  {func(r reg) { r.URL = stranger.URL }, "app.unreachable"},
		"a service of the house": {func(r reg) { r.URL = strings.Replace(ns.URL(), "nats:", "http:", 1) }, "app.unreachable"},
		"too large":              {tooLarge, "app.too_large"},
		"malformed":              {func(r reg) { r.Apps[0].Root = "/a/../b" }, "app.invalid"},
	} {
		p := listen(t, "admin", "/x", http.NotFound)
		c.spoil(&p.reg)
		if _, err := send(t, nc, p.reg); code(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []string{"", "{", "[]", "null", `{"apps":` + strings.Repeat("[", 100_000), `{"token":1}`, strings.Repeat("\x00", 1000)} {
		if msg, err := nc.Request(miniapp.Subject, []byte(text), 5e9); err != nil || msg.Header.Get("Heddle-Fault") == "" {
			t.Errorf("%.20q: %v, %v", text, msg, err)
		}
	}
}

// tooLarge is within every single bound, and too much in all.
func tooLarge(r *miniapp.Registration) {
	r.Apps = r.Apps[:1]
	r.Apps[0].Routes = nil
	for i := range 500 {
		r.Apps[0].Routes = append(r.Apps[0].Routes, miniapp.Route{
			Pattern: fmt.Sprintf("GET /%d%s", i, strings.Repeat("p", 180)), Access: "public", Title: strings.Repeat("t", 199)})
	}
	for i := range 3 {
		a := r.Apps[0]
		a.Root = fmt.Sprintf("/x%d", i)
		r.Apps = append(r.Apps, a)
	}
}

// Pages of ours read what an operator's program says of itself, and not what
// others' do.
func TestWhoseDescriptionIsRead(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	for _, user := range []string{"admin", "alice"} {
		p := listen(t, user, "/"+user, http.NotFound)
		p.reg.Apps[0].OpenAPI = "/_info/openapi.json"
		join(t, nc, p, r)
	}
	for _, a := range r.List() {
		if want := map[string]string{"/admin": "/admin/_info/openapi.json", "/alice": ""}[a.Root]; a.OpenAPI != want {
			t.Errorf("%s: %q", a.Root, a.OpenAPI)
		}
	}
}

// A root is free as soon as the last program that serves it has left.
func TestWhoLeavesGivesTheRootBack(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	one, two, other := listen(t, "alice", "/demo", http.NotFound), listen(t, "alice", "/demo", http.NotFound), listen(t, "demouser", "/demo", http.NotFound)
	join(t, nc, one, r)
	join(t, nc, two, r)
	for _, p := range []*program{one, two} {
		if _, err := send(t, nc, other.reg); code(err) != "app.root_taken" {
			t.Errorf("while it is served: %v", err)
		}
		if _, err := send(t, nc, miniapp.Registration{Token: p.reg.Token, Instance: p.reg.Instance, Leave: true}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := send(t, nc, other.reg); err != nil {
		t.Errorf("when it is served no more: %v", err)
	}
}

// An instance is its owner's, and so is its end.
func TestNobodyEndsAnotherOnesProgram(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	p := listen(t, "alice", "/alice", http.NotFound)
	join(t, nc, p, r)
	theft := listen(t, "demouser", "/demouser", http.NotFound)
	theft.reg.Instance = p.reg.Instance
	if _, err := send(t, nc, theft.reg); code(err) != "app.instance_taken" {
		t.Errorf("taking the instance over: %v", err)
	}
	theft.reg.Leave = true
	if _, err := send(t, nc, theft.reg); code(err) != "app.instance_taken" {
		t.Errorf("ending it: %v", err)
	}
	if r.instances("/alice") != 1 {
		t.Error("it is gone")
	}
	if _, err := send(t, nc, miniapp.Registration{Token: p.reg.Token, Instance: p.reg.Instance, Leave: true}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "gone at once", func() bool { return r.instances("/alice") == 0 })
}

// Two who want the same root at the same moment, each at another replica.
func TestOneOfTwoGetsARoot(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	start(t, ns)
	start(t, ns)
	nc := ns.Conn(t)
	var got atomic.Int32
	var winners sync.Map
	var wg sync.WaitGroup
	for n := range 10 {
		user := []string{"alice", "demouser"}[n%2]
		p := listen(t, user, "/demo", http.NotFound)
		wg.Go(func() {
			switch _, err := send(t, nc, p.reg); code(err) {
			case "":
				got.Add(1)
				winners.Store(user, true)
			case "app.root_taken":
			default:
				t.Errorf("%s: %v", user, err)
			}
		})
	}
	wg.Wait()
	n := 0
	winners.Range(func(_, _ any) bool { n++; return true })
	if n != 1 || got.Load() != 5 {
		t.Errorf("%d owners have it, with %d programs", n, got.Load())
	}
}
