package tornado_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/tornado"
)

func ok(context.Context, tornado.None) (string, error) { return "in", nil }

// walled has one endpoint, under the words of the handler.
type walled struct{ handler, own []string }

func (w walled) Meta() tornado.Meta { return tornado.Meta{Authorization: w.handler} }

func (w walled) Endpoints() []tornado.Endpoint {
	return []tornado.Endpoint{tornado.POST("job", ok, tornado.Allow(w.own...))}
}

// outcome is the status for each of the people, and for nobody.
func outcome(s http.Handler, target string) string {
	var out []string
	for _, name := range []string{"", "alice", "bob", "nogrp", "former"} {
		header := "X: y"
		if name != "" {
			header = "Authorization: Bearer " + name
		}
		out = append(out, strings.Fields(http.StatusText(send(s, "POST", target, "", header).Code))[0])
	}
	return strings.Join(out, " ")
}

// covers: D0-019 D0-020 D0-021
func TestWordsOfAuthorization(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		// nobody, alice, bob, nogrp, former
		"":                            "Unauthorized OK OK OK Forbidden",
		"authenticated":               "Unauthorized OK OK OK Forbidden",
		"Authenticated":               "Unauthorized OK OK OK Forbidden",
		"any":                         "OK OK OK OK OK",
		"ALL":                         "OK OK OK OK OK",
		"NormalUser":                  "Unauthorized OK Forbidden Forbidden Forbidden",
		"normaluser":                  "Unauthorized OK Forbidden Forbidden Forbidden",
		"NormalUser,JobAdministrator": "Unauthorized OK OK Forbidden Forbidden",
		"Operator":                    "Unauthorized Forbidden Forbidden Forbidden Forbidden",
		"NormalUser, any":             "OK OK OK OK OK",
		"group:admins":                "Unauthorized Forbidden OK Forbidden Forbidden",
		"group:admins,group:Users":    "Unauthorized OK OK Forbidden Forbidden",
		"group:admins,NormalUser":     "Unauthorized Forbidden Forbidden Forbidden Forbidden",
		"group:users,NormalUser":      "Unauthorized OK Forbidden Forbidden Forbidden",
		"vo:demo":                     "Unauthorized OK Forbidden Forbidden Forbidden",
		"vo:demo,group:admins":        "Unauthorized OK OK Forbidden Forbidden",
		"any,vo:demo":                 "Unauthorized OK Forbidden Forbidden Forbidden",
		" , ":                         "Unauthorized OK OK OK Forbidden",
	} {
		if got := outcome(one(t, walled{handler: []string{words}}), "/job"); got != want {
			t.Errorf("%q: %s, want %s", words, got, want)
		}
	}
}

// TestWhereTheRuleComesFrom: the first place that says something.
func TestWhereTheRuleComesFrom(t *testing.T) {
	t.Parallel()
	const open, closed, known = "OK OK OK OK OK", "Unauthorized Forbidden Forbidden Forbidden Forbidden", "Unauthorized OK OK OK Forbidden"
	const section = "/Systems/Test/APIs/One/Authorization/"
	for _, tc := range []struct {
		what    string
		handler walled
		options map[string]string
		want    string
	}{
		{"nothing is said", walled{}, nil, known},
		{"the default of the configuration", walled{}, map[string]string{section + "Default": "all"}, open},
		{"the handler before the default", walled{handler: []string{"Operator"}}, map[string]string{section + "Default": "all"}, closed},
		{"the endpoint before the handler", walled{[]string{"Operator"}, []string{"all"}}, nil, open},
		{"the configuration before the endpoint", walled{[]string{"all"}, []string{"all"}}, map[string]string{section + "job": "Operator"}, closed},
		{"the verb before the name", walled{}, map[string]string{section + "job": "Operator", section + "post_job": "all"}, open},
		{"another verb", walled{}, map[string]string{section + "get_job": "all"}, known},
		{"nothing, in so many words", walled{handler: []string{"all"}}, map[string]string{section + "job": ""}, known},
	} {
		cfg := tornado.Config{Option: func(path string) (string, bool) { v, ok := tc.options[path]; return v, ok }}
		s := served(t, app(t, cfg, tornado.API{System: "Test", Name: "One", Handler: tc.handler}).Container(0))
		if got := outcome(s, "/job"); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.what, got, tc.want)
		}
	}
}

func TestGrantsOfTheConfiguration(t *testing.T) {
	t.Parallel()
	options := map[string]string{"/Systems/Test/APIs/Doors/Grants/usual": "SSL", "/Systems/Test/APIs/Doors/Grants/Default": "JWT"}
	cfg := tornado.Config{Option: func(path string) (string, bool) { v, ok := options[path]; return v, ok }}
	s := served(t, app(t, cfg, tornado.API{System: "Test", Name: "Doors", Handler: struct{ usualDoors }{}}).Container(0))
	for target, want := range map[string]int{"/usual": 401, "/ssl": 401, "/sslOrAll": 401} {
		if w := send(s, "GET", target, "", alice); w.Code != want {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
	s = served(t, app(t, cfg, tornado.API{System: "Test", Name: "Doors", Handler: bare{}}).Container(0))
	for header, want := range map[string]int{alice: 200, "X-Certificate: bob": 401} {
		if w := send(s, "GET", "/bare", "", header); w.Code != want {
			t.Errorf("%s: %d", header, w.Code)
		}
	}
}

// verbal has options for a name, and for one verb of it.
type verbal struct{}

func (verbal) GetIt() string  { return "" }
func (verbal) PostIt() string { return "" }

func (h verbal) Endpoints() []tornado.Endpoint {
	return tornado.FromMethods(h, tornado.For("it", tornado.Allow("all")), tornado.For("post_it", tornado.Allow("Operator")))
}

func TestOptionsOfOneVerb(t *testing.T) {
	t.Parallel()
	s := one(t, verbal{})
	if get, post := send(s, "GET", "/it", ""), send(s, "POST", "/it", "", alice); get.Code != 200 || post.Code != 403 {
		t.Errorf("%d %d", get.Code, post.Code)
	}
}

type bare struct{}

func (bare) GetBare() string { return "" }
