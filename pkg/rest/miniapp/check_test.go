package miniapp_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
)

func registration() miniapp.Registration {
	return miniapp.Registration{
		Token: "hdl_x", Instance: miniapp.NewInstance(), Key: miniapp.NewKey(), URL: "http://127.0.0.1:5001", Program: "greeter",
		Apps: []miniapp.App{{Name: "greeter", Root: "/greeter", Title: "Greeter",
			Cards:    []miniapp.Card{{Title: "Greeter", Enter: "/greeter/", Help: "https://example.org/help"}},
			Routes:   []miniapp.Route{{Pattern: "GET /", Access: "public", Title: "First page"}},
			Handlers: []miniapp.Handler{aHandler()}}},
	}
}

func aHandler() miniapp.Handler {
	return miniapp.Handler{ID: strings.Repeat("0a", 16), Qual: "project.api.v1.Handler", Names: []string{"project.api.Server"}, Title: "Handler", Author: "me",
		Tags: []string{"data"}, Enter: "/greeter/_info/enter/x", Help: "/greeter/_info/help/x", Patterns: [][2]string{{"/greeter/(.*)", ""}}, Res: 11}
}

func TestAGoodRegistration(t *testing.T) {
	t.Parallel()
	if err := registration().Validate(); err != nil {
		t.Fatal(err)
	}
	leave := miniapp.Registration{Token: "t", Instance: miniapp.NewInstance(), Leave: true}
	if err := leave.Validate(); err != nil {
		t.Errorf("leaving: %v", err)
	}
}

func TestMalformedRegistrationsAreRefused(t *testing.T) {
	t.Parallel()
	type r = miniapp.Registration
	long := strings.Repeat("x", 300)
	for field, spoil := range map[string]func(*r){
		"token":                        func(r *r) { r.Token = "" },
		"instance":                     func(r *r) { r.Instance = "a.b>*" + r.Instance },
		"key":                          func(r *r) { r.Key = "short" },
		"program":                      func(r *r) { r.Program = "a\x00b" },
		"url":                          func(r *r) { r.URL = "http://example.org:80" },
		"pin":                          func(r *r) { r.URL = "https://127.0.0.1:5001" },
		"apps":                         func(r *r) { r.Apps = nil },
		"apps[0].name":                 func(r *r) { r.Apps[0].Name = long },
		"apps[0].title":                func(r *r) { r.Apps[0].Title = "" },
		"apps[0].doc":                  func(r *r) { r.Apps[0].Doc = "\xff" },
		"apps[0].root":                 func(r *r) { r.Apps[0].Root = "/a/../b" },
		"apps[1].root":                 func(r *r) { r.Apps = append(r.Apps, r.Apps[0]) },
		"apps[0].routes":               func(r *r) { r.Apps[0].Routes = nil },
		"apps[0].routes[0].pattern":    func(r *r) { r.Apps[0].Routes[0].Pattern = "" },
		"apps[0].routes[0].access":     func(r *r) { r.Apps[0].Routes[0].Access = "" },
		"apps[0].routes[0].title":      func(r *r) { r.Apps[0].Routes[0].Title = "" },
		"apps[0].cards":                func(r *r) { r.Apps[0].Cards = make([]miniapp.Card, 65) },
		"apps[0].cards[0].title":       func(r *r) { r.Apps[0].Cards[0].Title = long },
		"apps[0].cards[0].enter":       func(r *r) { r.Apps[0].Cards[0].Enter = "javascript:alert(1)" },
		"apps[0].cards[0].help":        func(r *r) { r.Apps[0].Cards[0].Help = "//evil.example" },
		"apps[0].cards[0].card":        func(r *r) { r.Apps[0].Cards[0].Card = "https://a:b@evil.example" },
		"apps[0].handlers":             func(r *r) { r.Apps[0].Handlers = make([]miniapp.Handler, miniapp.MaxHandlers+1) },
		"apps[0].handlers[0].id":       func(r *r) { r.Apps[0].Handlers[0].ID = "../" + r.Apps[0].Handlers[0].ID },
		"apps[0].handlers[0].qual":     func(r *r) { r.Apps[0].Handlers[0].Names = []string{"a.*"} },
		"apps[0].handlers[0].names":    func(r *r) { r.Apps[0].Handlers[0].Names = make([]string, 9) },
		"apps[0].handlers[0].title":    func(r *r) { r.Apps[0].Handlers[0].Title = "a\x1b[2J" },
		"apps[0].handlers[0].subtitle": func(r *r) { r.Apps[0].Handlers[0].Subtitle = long },
		"apps[0].handlers[0].author":   func(r *r) { r.Apps[0].Handlers[0].Author = "" },
		"apps[0].handlers[0].icon":     func(r *r) { r.Apps[0].Handlers[0].Icon = long },
		"apps[0].handlers[0].doc":      func(r *r) { r.Apps[0].Handlers[0].Doc = long + long + long + long },
		"apps[0].handlers[0].version":  func(r *r) { r.Apps[0].Handlers[0].Version = long },
		"apps[0].handlers[0].target":   func(r *r) { r.Apps[0].Handlers[0].Target = "\xff" },
		"apps[0].handlers[0].tags[0]":  func(r *r) { r.Apps[0].Handlers[0].Tags = []string{""} },
		"apps[0].handlers[0].enter":    func(r *r) { r.Apps[0].Handlers[0].Enter = "javascript:alert(1)" },
		"apps[0].handlers[0].help":     func(r *r) { r.Apps[0].Handlers[0].Help = "//evil.example" },
		"apps[0].handlers[0].patterns": func(r *r) { r.Apps[0].Handlers[0].Patterns = make([][2]string, 21) },
		"apps[0].handlers[0].res":      func(r *r) { r.Apps[0].Handlers[0].Res = -1 },
		"apps[0].cards[0].tags":        func(r *r) { r.Apps[0].Cards[0].Tags = make([]string, 21) },
		"apps[0].openapi":              func(r *r) { r.Apps[0].OpenAPI = "/../../auth/logout" },
	} {
		reg := registration()
		spoil(&reg)
		err := reg.Validate()
		if !fault.Is(err, fault.Invalid) || fault.From(err).Fields[0].Name != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for name, text := range map[string]string{
		"a line end": "a\nSet-Cookie: b=c", "a tab": "a\tb", "an escape": "a\x1b[2J", "a turn of writing": "a\u202eb", "a line of Unicode": "a\u2028b", "C1": "a\u0085b",
	} {
		for field, spoil := range map[string]func(*r){
			"program": func(r *r) { r.Program = text }, "apps[0].title": func(r *r) { r.Apps[0].Title = text },
			"apps[0].routes[0].pattern": func(r *r) { r.Apps[0].Routes[0].Pattern = "GET /" + text }, "apps[0].cards[0].author": func(r *r) { r.Apps[0].Cards[0].Author = text },
		} {
			reg := registration()
			spoil(&reg)
			if err := reg.Validate(); !fault.Is(err, fault.Invalid) || fault.From(err).Fields[0].Name != field {
				t.Errorf("%s in %s: %v", name, field, err)
			}
		}
	}
	lines := registration()
	lines.Apps[0].Doc = "one\n\ttwo"
	if err := lines.Validate(); err != nil {
		t.Errorf("a text of several lines: %v", err)
	}
	huge := registration()
	for range 100_000 {
		huge.Apps = append(huge.Apps, miniapp.App{})
	}
	if err := huge.Validate(); !fault.Is(err, fault.Invalid) || len(fault.From(err).Fields) > 50 {
		t.Errorf("a huge one: %v", err)
	}
}

// What a program tells of too many handlers, or too much of them, is cut so
// that it can join.
func TestFit(t *testing.T) {
	t.Parallel()
	reg := registration()
	list := make([]miniapp.Handler, miniapp.MaxHandlers+2)
	for i := range list {
		list[i] = aHandler()
		list[i].Doc, list[i].Subtitle = strings.Repeat("ä", 5000), strings.Repeat("x", 300)
	}
	list[1].Enter = "mailto:me"
	reg.Apps[0].Handlers = list[:3]
	if left := reg.Fit(); len(left) != 1 || !strings.Contains(left[0], "enter") || len(reg.Apps[0].Handlers) != 2 || !strings.HasSuffix(reg.Apps[0].Handlers[0].Doc, "ä …") {
		t.Errorf("%q and %+v", left, reg.Apps[0].Handlers)
	}
	if err := reg.Validate(); err != nil {
		t.Error(err)
	}
	reg.Apps[0].Handlers = list
	second := reg.Apps[0]
	second.Root = "/second"
	reg.Apps = append(reg.Apps, second)
	left := reg.Fit()
	text, err := json.Marshal(reg)
	if err != nil || len(text) > 192<<10 || len(left) < 4 || len(left) > 200 || len(reg.Apps[0].Handlers) < 100 || reg.Apps[0].Handlers[0].Doc != "" {
		t.Errorf("%d bytes without %d, %v", len(text), len(left), err)
	}
	if err := reg.Validate(); err != nil {
		t.Error(err)
	}
}

func TestRoots(t *testing.T) {
	t.Parallel()
	for root, good := range map[string]bool{
		"/a": true, "/a/b-c/d.e_f~g": true, "/" + strings.Repeat("x", 64): true,
		"": false, "/": false, "a": false, "/a/": false, "//a": false, "/a//b": false, "/.": false, "/..": false, "/.well-known": false,
		"/a/..": false, "/a b": false, "/a%2fb": false, "/ä": false, "/{x}": false, "/a?b": false, "/a\n": false,
		"/" + strings.Repeat("x", 65): false, strings.Repeat("/a", 9): false,
	} {
		reg := registration()
		reg.Apps[0].Root = root
		if err := reg.Validate(); (err == nil) != good {
			t.Errorf("%q: %v", root, err)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for url, good := range map[string]bool{
		"http://127.0.0.1:5001": true, "http://[::1]:5001": true, "http://10.0.0.7:1": true,
		"": false, "127.0.0.1:5001": false, "https://127.0.0.1:5001": true, "https://127.0.0.1": false, "ftp://127.0.0.1:1": false, "http://127.0.0.1": false,
		"http://127.0.0.1:0": false, "http://127.0.0.1:99999": false, "http://localhost:5001": false, "http://0.0.0.0:5001": false,
		"http://[::]:5001": false, "http://127.0.0.1:5001/": false, "http://127.0.0.1:5001/x": false, "http://127.0.0.1:5001?x": false,
		"http://127.0.0.1:5001#x": false, "http://u:p@127.0.0.1:5001": false, "http://[fe80::1%25eth0]:1": false, "http://127.0.0.1:5001\n": false,
	} {
		if _, err := miniapp.Address(url); (err == nil) != good {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	reg := registration()
	reg.Token, reg.Key = "hdl_secret-token", "secret-key-secret-key-secret-key"
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "reg", reg, "token", reg.Token)
	shown := log.String() + fmt.Sprintf("%v %+v %#v", reg, reg, reg)
	if strings.Contains(shown, "secret-") {
		t.Error(shown)
	}
	if text, err := json.Marshal(reg); err != nil || !strings.Contains(string(text), "hdl_secret-token") {
		t.Errorf("on its way it is %s, %v", text, err)
	}
}

func TestInboxesAreApart(t *testing.T) {
	t.Parallel()
	a, b := miniapp.Inbox("a"), miniapp.Inbox("b")
	if a == b || strings.Contains(miniapp.Inbox("hdl_secret"), "secret") || !strings.HasPrefix(a, strings.TrimSuffix(miniapp.Inboxes, ">")) {
		t.Errorf("%s and %s", a, b)
	}
}
