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
			Cards:  []miniapp.Card{{Title: "Greeter", Enter: "/greeter/", Help: "https://example.org/help"}},
			Routes: []miniapp.Route{{Pattern: "GET /", Access: "public", Title: "First page"}}}},
	}
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
		"token":                     func(r *r) { r.Token = "" },
		"instance":                  func(r *r) { r.Instance = "a.b>*" + r.Instance },
		"key":                       func(r *r) { r.Key = "short" },
		"program":                   func(r *r) { r.Program = "a\x00b" },
		"url":                       func(r *r) { r.URL = "http://example.org:80" },
		"apps":                      func(r *r) { r.Apps = nil },
		"apps[0].name":              func(r *r) { r.Apps[0].Name = long },
		"apps[0].title":             func(r *r) { r.Apps[0].Title = "" },
		"apps[0].doc":               func(r *r) { r.Apps[0].Doc = "\xff" },
		"apps[0].root":              func(r *r) { r.Apps[0].Root = "/a/../b" },
		"apps[1].root":              func(r *r) { r.Apps = append(r.Apps, r.Apps[0]) },
		"apps[0].routes":            func(r *r) { r.Apps[0].Routes = nil },
		"apps[0].routes[0].pattern": func(r *r) { r.Apps[0].Routes[0].Pattern = "" },
		"apps[0].routes[0].access":  func(r *r) { r.Apps[0].Routes[0].Access = "" },
		"apps[0].routes[0].title":   func(r *r) { r.Apps[0].Routes[0].Title = "" },
		"apps[0].openapi":           func(r *r) { r.Apps[0].OpenAPI = "/../../auth/logout" },
		"apps[0].cards":             func(r *r) { r.Apps[0].Cards = make([]miniapp.Card, 65) },
		"apps[0].cards[0].title":    func(r *r) { r.Apps[0].Cards[0].Title = long },
		"apps[0].cards[0].enter":    func(r *r) { r.Apps[0].Cards[0].Enter = "javascript:alert(1)" },
		"apps[0].cards[0].help":     func(r *r) { r.Apps[0].Cards[0].Help = "//evil.example" },
		"apps[0].cards[0].card":     func(r *r) { r.Apps[0].Cards[0].Card = "https://a:b@evil.example" },
		"apps[0].cards[0].tags":     func(r *r) { r.Apps[0].Cards[0].Tags = make([]string, 21) },
	} {
		reg := registration()
		spoil(&reg)
		err := reg.Validate()
		if !fault.Is(err, fault.Invalid) || fault.From(err).Fields[0].Name != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	huge := registration()
	for range 100_000 {
		huge.Apps = append(huge.Apps, miniapp.App{})
	}
	if err := huge.Validate(); !fault.Is(err, fault.Invalid) || len(fault.From(err).Fields) > 50 {
		t.Errorf("a huge one: %v", err)
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
		"": false, "127.0.0.1:5001": false, "https://127.0.0.1:5001": false, "ftp://127.0.0.1:1": false, "http://127.0.0.1": false,
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
