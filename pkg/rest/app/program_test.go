package app_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/listen/listentest"
	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
	"github.com/heddle-dev/heddle/pkg/who"
)

// start runs a program of containers until the test ends.
func start(t *testing.T, args string, list ...app.Container) {
	t.Helper()
	containers, err := app.Containers(app.Env{Version: "1.2.3"}, list...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- rest.ServeContext(ctx, rest.ServeOptions{Name: "program", Args: strings.Fields(args), Out: w, Log: t.Output()}, containers...)
		_ = w.Close()
	}()
	t.Cleanup(func() {
		end()
		if err := <-done; err != nil {
			t.Errorf("it ended with %v", err)
		}
	})
	if _, err := bufio.NewReader(r).ReadString('\n'); err != nil {
		t.Fatalf("%s does not start: %v", args, <-done)
	}
	go func() { _, _ = io.Copy(io.Discard, r) }()
}

func fetch(t *testing.T, url string, headers ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Close = true // the next one may come to another program
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // a test
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// Equal programs share a port, and serve the containers that they are told to.
//
// covers: C2-011 C2-012 C2-188 C2-189 C2-191 C2-192 C2-193
func TestProgramsOfContainers(t *testing.T) {
	t.Parallel()
	host := listentest.Host()
	program := func(text string) []app.Container {
		return []app.Container{
			{Name: "core4.api.v1.server.CoreApiServer", Rules: []app.Rule{{Pattern: "/who", Handler: says(text)}}},
			{Name: "core4.api.v1.server.Other", Root: "other", Rules: []app.Rule{{Pattern: "/who", Handler: says(text)}}},
			{Name: "core4.api.v1.example.Out", Root: "out", Rules: []app.Rule{{Pattern: "/who", Handler: says(text)}}},
		}
	}
	command := "--application --filter core4.api.v1.server --port 8080 --reuse-port --address " + host
	start(t, command, program("first")...)
	start(t, command, program("second")...)
	seen := ""
	for n := 0; n < 500 && !(strings.Contains(seen, "first") && strings.Contains(seen, "second")); n++ {
		code, body := fetch(t, "http://"+host+":8080/core4/who")
		if code != 200 {
			t.Fatalf("%d %s", code, body)
		}
		seen += body
	}
	if !strings.Contains(seen, "first") || !strings.Contains(seen, "second") {
		t.Error("one of two programs was never asked")
	}
	for path, want := range map[string]int{"/other/who": 200, "/out/who": 404} {
		if code, _ := fetch(t, "http://"+host+":8080"+path); code != want {
			t.Errorf("%s: %d", path, code)
		}
	}
}

// A gateway sends a program all requests under the root, says who asks and
// what they may; the program decides.
func TestProgramThatHasJoined(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	regs := make(chan miniapp.Registration, 100)
	_, err := natsrpc.Serve(t.Context(), ns.Conn(t), natsrpc.Config{Name: "gateway"}, []natsrpc.Endpoint{
		natsrpc.Handle(miniapp.Subject, who.Public, func(_ context.Context, r miniapp.Registration) (miniapp.Lease, error) {
			regs <- r
			return miniapp.Lease{For: time.Minute, Renew: time.Minute, URL: "https://heddle.example"}, nil
		})})
	if err != nil {
		t.Fatal(err)
	}
	h := handler(func(c *app.Call) (any, error) { return c.User().Name + " " + c.Group("0"), nil })
	h.Public = false
	c := under(app.Rule{Pattern: "/(.+)/history", Handler: h}, app.Rule{Pattern: "/open", Handler: says("open")})
	start(t, "--join "+ns.URL()+" --token hdl_x --address "+listentest.Host(), c)
	reg := <-regs
	if err := reg.Validate(); err != nil || len(reg.Apps[0].Routes) != 1 || reg.Apps[0].Routes[0].Pattern != "/{rest...}" {
		t.Fatalf("%v %+v", err, reg.Apps)
	}
	signer := miniapp.NewSigner()
	as := func(path, name string, roles, perms []string) (int, string) {
		caller := miniapp.Caller{Principal: who.Principal{ID: name, Name: name, Roles: roles}, Permissions: perms}
		text, err := signer.Sign(reg.Key, caller, "GET", path, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return fetch(t, reg.URL+path, miniapp.HeaderCaller+": "+text)
	}
	for _, tc := range []struct {
		name         string
		roles, perms []string
		code         int
	}{
		{"", nil, nil, 401},
		{"anna", nil, nil, 403},
		{"anna", nil, []string{"cop"}, 403}, // whose credential does not make an operator
		{"anna", nil, []string{"api://project.api.v1"}, 200},
		{"root", []string{who.RoleOperator}, nil, 200},
	} {
		code, body := as("/x/a/b/history", tc.name, tc.roles, tc.perms)
		if code != tc.code || code == 200 && !strings.Contains(body, tc.name+" a/b") {
			t.Errorf("%s %v: %d %s", tc.name, tc.perms, code, body)
		}
	}
	if code, _ := as("/x/open", "", nil, nil); code != 200 {
		t.Errorf("what is public: %d", code)
	}
}

// The manual's file of settings, word by word.
//
// covers: C2-183 C2-185 C2-187
func TestSettingsOfAFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	templates := filepath.Join(dir, "custom_templates")
	if err := os.Mkdir(templates, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "local.yaml")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(fmt.Sprintf("project:\n  api:\n    v1:\n      handler:\n        MyHandler:\n          template_path: %s\n", templates))
	config, err := app.Settings(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	h, e := mine(), env()
	h.TemplatePath, e.Config = "/project/api/templates", config
	if r := settled(t, e, under(), h, app.Override{}); r.TemplatePath != templates {
		t.Errorf("%s", r.TemplatePath)
	}
	for text, want := range map[string]string{"a: [": "yaml", "- a": "yaml", strings.Repeat("#", 1<<20+1): "larger"} {
		write(text)
		if _, err := app.Settings(path, nil); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%.10s: %v", text, err)
		}
	}
	write("")
	if _, err := app.Settings(path, nil); err != nil {
		t.Errorf("an empty file: %v", err)
	}
	if _, err := app.Settings(path+"x", nil); err == nil {
		t.Error("a file that is not there")
	}
}
