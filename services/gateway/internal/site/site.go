// Package site is what lives at the root of the server: the first page, the
// signs of life, and the well-known documents. It is separate from the doors
// because it belongs to none of them, and answers for every path that is
// nobody's.
package site

import (
	"embed"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/run"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// Deps is what the root needs of the gateway.
type Deps struct {
	Prover    edge.Prover
	URLs      func(*http.Request) string // how clients reach this server
	Doors     []rest.Container           // the APIs to tell of, in this order
	Checks    []run.Check                // what being ready means
	Metrics   http.Handler               // nil: there is no /metrics
	Programs  func() []Program           // that have joined; nil: none
	Documents []rest.Route               // well-known ones, of other doors
	Authority func() []byte              // the authority that clients may trust, as PEM; nil: there is none of our own
}

// Program is a card of a program that has joined, and whose the program is.
type Program struct {
	rest.Card
	Owner string // login name
}

// Door is what the root takes.
var Door = edge.Door{Basic: true, Bearer: true, Scoped: true}

type site struct{ Deps }

// Container returns the root.
func Container(d Deps) rest.Container {
	s := &site{d}
	health := run.Health(http.NotFoundHandler(), d.Checks...)
	tags := []string{"site"}
	c := rest.Container{
		Name: "site", Title: "Heddle", Doc: "Signs of life and well-known documents.",
		Authenticate: edge.Authenticate(d.Prover, Door), Errors: WriteError,
		Routes: []rest.Route{
			rest.Raw("GET /", who.Public, rest.Doc{Title: "First page", Tags: tags, Text: "What this installation offers: its doors, and the programs that have joined it."}, s.home),
			rest.Raw("GET /livez", who.Public, rest.Doc{Title: "Is it alive?", Tags: tags, Text: "200 as long as the program can answer at all."}, plain(health)),
			rest.Raw("GET /readyz", who.Public, rest.Doc{Title: "Is it ready?", Tags: tags,
				Text: "503 with reasons while something is missing."}, plain(health)),
		},
	}
	c.Routes = append(c.Routes, d.Documents...)
	c = rest.MustExamples(examples, "examples/site.http").Of(c)
	if d.Metrics != nil {
		c.Routes = append(c.Routes, rest.Raw("GET /metrics", who.Role(who.RoleOperator),
			rest.Doc{Title: "Metrics", Tags: tags, Text: "In the format of Prometheus.", Examples: []rest.Example{{Conversation: metricsExample}}}, plain(d.Metrics)))
	}
	if d.Authority != nil {
		c.Routes = append(c.Routes, rest.Raw("GET /ca.pem", who.Public, rest.Doc{Title: "The authority to trust", Tags: tags,
			Text: "The certificate of the server's own authority. Compare it with the file on the server before you trust it.", Examples: []rest.Example{{Conversation: authorityExample}}}, s.authority))
	}
	return c
}

//go:embed examples
var examples embed.FS

// The examples of what not every server has.
const (
	metricsExample   = "> GET /metrics\n< 200\n< Content-Type: text/plain*"
	authorityExample = "> GET /ca.pem\n< 200\n< Content-Type: application/x-pem-file\n<\n< -----BEGIN CERTIFICATE-----*"
)

func (s *site) authority(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/x-pem-file")
	w.Header().Set("Content-Disposition", `attachment; filename="heddle-ca.pem"`)
	_, _ = w.Write(s.Authority())
	return nil
}

// plain takes in a handler that always answers.
func plain(h http.Handler) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	}
}
