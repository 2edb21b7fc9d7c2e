package dirac

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/tornado"
)

// DemoRoot is where the demonstration is.
const DemoRoot = "/dirac-demo"

// Demo is the example of TornadoREST's manual over our jobs: its handlers
// hello and job.
func Demo(ctx context.Context, d Deps) (rest.Container, error) {
	s := &door{d.filled()}
	app, err := tornado.New(ctx, tornado.Config{
		Name: "dirac-demo", Root: DemoRoot, Title: "DIRAC's example API",
		Doc:          "The handlers of TornadoREST's manual, over the same jobs as every other door.",
		Authenticate: s.authenticate, Address: d.Address, Log: d.Log,
	},
		tornado.API{System: "Framework", Name: "Hello", Handler: demoHello{}},
		tornado.API{System: "WorkloadManagement", Name: "Job", Handler: &demoJobs{door: s}},
	)
	if err != nil {
		return rest.Container{}, err
	}
	return rest.MustExamples(examples, "examples/demo.http").Of(app.Container(0)), nil
}

// demoHello answers with what it was sent.
type demoHello struct{}

func (demoHello) Meta() tornado.Meta {
	return tornado.Meta{Authorization: []string{"all"}, Doc: "Answers with the arguments that it was sent."}
}

type demoEcho struct {
	Args   []string       `arg:",tail"`
	Kwargs map[string]any `arg:",rest"`
}

// GetHello is the manual's get_hello.
func (demoHello) GetHello(_ context.Context, in *demoEcho) (any, error) {
	return map[string]any{"args": in.Args, "kwargs": in.Kwargs}, nil
}
