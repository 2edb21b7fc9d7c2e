package native

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// The kinds of App.
const (
	KindDoor = "door"
	KindApp  = "app"
)

// App is an API of the gateway's own, or a program that has joined it.
type App struct {
	Kind      string      `json:"kind" doc:"door: the gateway's own; app: a program that has joined it"`
	Name      string      `json:"name" doc:"stable name"`
	Root      string      `json:"root" doc:"path that everything of it begins with"`
	Title     string      `json:"title" doc:"for people"`
	Owner     string      `json:"owner,omitempty" doc:"login name of who runs the program"`
	Instances int         `json:"instances,omitempty" doc:"how many runs of the program share the requests"`
	Cards     []rest.Card `json:"cards" doc:"what listings show"`
}

// Apps is a list.
type Apps struct {
	Apps []App `json:"apps"`
}

func (d *door) appRoutes() []rest.Route {
	return []rest.Route{rest.Handle("GET /apps", who.Authenticated, rest.Doc{
		Title: "List the APIs and the programs that have joined", Tags: []string{"apps"},
		Text: "The gateway's own doors, and the programs of users that have joined it and live. One that was killed is gone within ten seconds.",
		Response: Apps{[]App{{
			Kind: KindApp, Name: "greeter", Root: "/greeter", Title: "Greeter", Owner: "alice", Instances: 2,
			Cards: []rest.Card{{Title: "Greeter", Subtitle: "Greets whoever has signed in.", Enter: "/greeter/", Tags: []string{"demo"}, Protected: true}},
		}}},
	}, d.apps)}
}

func (d *door) apps(context.Context, struct{}) (Apps, error) { return Apps{list(d.Apps())}, nil }
