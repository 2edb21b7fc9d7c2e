package rest_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/listen/listentest"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

type order struct {
	ID   int    `path:"id" doc:"which one"`
	Loud bool   `query:"loud" default:"true" doc:"how it is said"`
	Body parcel `body:"json"`
}

type parcel struct {
	Weight float64  `json:"weight" required:"true" doc:"in kilograms"`
	Labels []string `json:"labels"`
}

// posts is a container with much to tell; only the first route is everybody's.
func posts() rest.Container {
	f := func(context.Context, order) (parcel, error) { return parcel{}, nil }
	return rest.Container{Name: "post", Root: "/post", Title: "Post <b>office</b>", Doc: "Takes **parcels**.", Routes: []rest.Route{
		rest.Handle("POST /orders/{id}", who.Public, rest.Doc{Title: "Send a parcel", Text: "Sends it *soon*.", Author: "Ada"}, f),
		rest.Handle("PUT /orders/{id}", who.Authenticated, rest.Doc{Title: "Change a parcel"}, f),
	}}
}

// A program documents its containers by itself, to whom may use them.
func TestAProgramHasHelp(t *testing.T) {
	t.Parallel()
	at := base(serve(t, "--port 0 --address "+listentest.Host(), posts()))
	code, body := fetch(t, at+"/_info")
	for _, want := range []string{
		"<h1>Post &lt;b&gt;office&lt;/b&gt;</h1>", "<strong>parcels</strong>", "Send a parcel", "POST /<wbr>post/<wbr>orders/<wbr>{id}", "<em>soon</em>", "Ada",
		"<td>id</td><td>path</td><td>integer</td><td>which one; required</td>", "<td>loud</td><td>query</td><td>boolean</td><td>how it is said; default true</td>",
		"<td>weight</td><td>number</td><td>in kilograms; required</td>", "<td>labels</td><td>list of string or null</td>", "There is more for those who may use it", "/post/_info/openapi.json",
	} {
		if code != 200 || !strings.Contains(body, want) {
			t.Errorf("%d, without %q: %s", code, want, body)
		}
	}
	if strings.Contains(body, "Change a parcel") {
		t.Error("it tells of what others may")
	}
	code, body = fetch(t, at+"/_info/openapi.json")
	var d struct {
		OpenAPI string
		Paths   map[string]map[string]any
	}
	if err := json.Unmarshal([]byte(body), &d); err != nil || code != 200 || !strings.HasPrefix(d.OpenAPI, "3.1") || len(d.Paths) != 1 || len(d.Paths["/post/orders/{id}"]) != 1 {
		t.Errorf("%d %v %s", code, err, body)
	}
}

func TestHelpIsInNobodysWay(t *testing.T) {
	t.Parallel()
	own, finds := named("own", "/own"), named("finds", "/finds")
	own.Routes = append(own.Routes, text("GET /_info/{x}", who.Public, "my own"))
	finds.Find = func(*http.Request) int { return 0 }
	at := strings.TrimSuffix(base(serve(t, "--port 0 --address "+listentest.Host(), own, finds)), "/own")
	for path, want := range map[string]string{"/own/_info/x": "my own", "/finds/_info": "this is finds"} {
		if code, body := fetch(t, at+path); code != 200 || body != want {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	if code, _ := fetch(t, at+"/own/_info"); code != 404 {
		t.Errorf("%d", code)
	}
}

// Where a container has nothing to show people first, its help is that.
func TestHelpIsTheEntranceOfWhoHasNone(t *testing.T) {
	t.Parallel()
	nats, got := gatewayFake(t, accept)
	serve(t, "--join "+nats+" --token hdl_x --address "+listentest.Host(), posts())
	if card := (<-got).Apps[0].Cards[0]; card.Enter != "/post/_info" || card.Help != "/post/_info" {
		t.Errorf("%+v", card)
	}
}
