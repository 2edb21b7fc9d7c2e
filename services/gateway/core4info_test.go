package gateway_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/who"
)

// lamps is a program of core4's handlers, and switches one of plain routes.
func lamps(t *testing.T) []rest.Container {
	t.Helper()
	handler := func(class, title string, public bool) *app.Handler {
		return &app.Handler{Qual: "lamps.api.v1." + class, Title: title, Author: "mra", Tag: []string{"light"}, Doc: "Shines.", Public: public,
			Methods: app.Methods{http.MethodGet: func(*app.Call) (any, error) { return title, nil }}}
	}
	made, err := app.Containers(app.Env{Version: "7"}, app.Container{Name: "lamps.api.v1.Server", Root: "/lamps", Title: "Lamps", Rules: []app.Rule{
		{Pattern: "/on", Handler: handler("On", "Lamp on", true)}, {Pattern: "/own", Handler: handler("Own", "Lamp of mine", false)}}})
	if err != nil {
		t.Fatal(err)
	}
	say := func(context.Context, struct{}) (rest.Text, error) { return "x", nil }
	return append(made, rest.Container{Name: "switches", Root: "/switches", Title: "Switches", Doc: "They click.", Routes: []rest.Route{
		rest.Handle("GET /", who.Authenticated, rest.Doc{Title: "All"}, say)}})
}

// joins runs a program that has joined until stop is called, and returns when
// it can be asked.
func (h *heddle) joins(key string, containers []rest.Container) (stop func()) {
	h.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- rest.ServeContext(ctx, rest.ServeOptions{Name: "lamps", Args: []string{"--join", h.nats.URL(), "--token", key}, Out: w, Log: h.t.Output()}, containers...)
		_ = w.Close()
	}()
	stopped := false
	stop = func() {
		if cancel(); !stopped {
			if err := <-ended; err != nil {
				h.t.Error(err)
			}
		}
		stopped = true
	}
	h.t.Cleanup(stop)
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.Contains(lines.Text(), "is ready") {
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return stop
}

// infoItem is a handler in core4's listing.
type infoItem struct {
	ID        string `json:"rsc_id"`
	Qual      string `json:"qual_name"`
	Project   string
	Container string
	Title     string
	Author    string
	Tag       []string
	Version   string
	Created   *string `json:"created_at"`
	Started   string  `json:"started_at"`
	Endpoint  []string
	Enter     string `json:"enter_url"`
}

// info is the listing that some search finds, at a root.
func (c *client) info(root, search string) (out []infoItem) {
	c.t.Helper()
	a := c.core4("GET", root+"/_info?per_page=1000&search="+url.QueryEscape(search), "")
	if err := json.Unmarshal(a.Data, &out); err != nil {
		c.t.Fatalf("%v in %s", err, a.body)
	}
	return out
}

func titles(list []infoItem) string {
	var out []string
	for _, one := range list {
		out = append(out, one.Title)
	}
	return strings.Join(out, ", ")
}

// Every container's listing has the handlers of all: those of the gateway's
// doors, and those of programs that have joined, for those who may see them.
// Since when they are there is known to gateways that come later, too.
//
// covers: C2-001
func TestCore4ListsAllHandlers(t *testing.T) {
	t.Parallel()
	h := start(t)
	admin := h.as("admin", "hans")
	var key struct{ Secret string }
	admin.ok(&key, "POST", "/api/v1/tokens", `{"name":"lamps","scopes":["api","operator"]}`)
	stop := h.joins(key.Secret, lamps(t))

	const light = `tag == "light" or qual_name == "switches"`
	nobody := h.as("", "")
	for root := range map[string]bool{"/core4/api/v1": true, "/lamps": true} {
		for user, want := range map[*client]string{admin: "Lamp of mine, Lamp on, Switches", h.client: "Lamp on, Switches", nobody: "Lamp on"} {
			if got := titles(user.info(root, light)); got != want {
				t.Errorf("%s shows %q: %s", root, user.name, got)
			}
		}
	}
	bearer := h.as("", "")
	for _, root := range []string{"/core4/api/v1", "/lamps"} { // a token of core4's own is good at both
		a := bearer.core4("GET", root+"/_info?search="+url.QueryEscape(light), "", "Authorization: Bearer "+admin.token("admin", "hans"))
		if a.Code != 200 || !strings.Contains(a.body, "Lamp of mine") {
			t.Errorf("%s: %d %s", root, a.Code, a.body)
		}
	}
	doors := titles(admin.info("/core4/api/v1", `! qual_name == "unicore" or qual_name == "dirac" or title == "Log in and get a token"`))
	if strings.Count(doors, ",") < 1 {
		t.Errorf("of the doors it lists %q", doors)
	}

	one := func() infoItem {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			found := admin.info("/lamps", `qual_name == "lamps.api.v1.On"`)
			if len(found) == 1 && found[0].Created != nil { // it is noted after the program is served
				return found[0]
			}
			if len(found) != 1 || time.Now().After(deadline) {
				t.Fatalf("%+v", found)
			}
		}
	}
	lamp := one()
	if lamp.Project != "lamps" || lamp.Container != "lamps.api.v1.Server" || lamp.Author != "mra" || lamp.Version != "7" || fmt.Sprint(lamp.Tag) != "[light new]" ||
		fmt.Sprint(lamp.Endpoint) != "["+h.base+"/lamps]" || lamp.Enter != h.base+"/lamps/_info/enter/"+lamp.ID || lamp.Started == "" {
		t.Errorf("%+v", lamp)
	}
	if a := admin.send("GET", strings.TrimPrefix(lamp.Enter, h.base), ""); !strings.Contains(a.body, "Lamp on") {
		t.Errorf("one enters %s", a.body)
	}
	for _, version := range []answer{admin.send("GET", "/lamps/_info?version", ""), admin.send("POST", "/lamps/_info", "")} {
		if !strings.Contains(version.body, `"project":"lamps"`) {
			t.Errorf("%d %s", version.StatusCode, version.body)
		}
	}

	h.gateway(t) // another one, over the same broker
	admin = h.as("admin", "hans")
	if again := one(); *again.Created != *lamp.Created {
		t.Errorf("it was first there at %s, then at %s", *lamp.Created, *again.Created)
	}
	stop()
	if left := titles(admin.info("/core4/api/v1", light)); left != "" {
		t.Fatalf("it has left, and is listed: %s", left)
	}
}
