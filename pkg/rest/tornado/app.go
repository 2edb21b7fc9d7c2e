package tornado

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"

	"github.com/heddle-dev/heddle/pkg/rest"
)

// App is handlers made ready to be served.
type App struct {
	cfg    Config
	errnos registry
	grants []grant // of handlers that say nothing
	apis   []*api
	routes map[int][]rest.Route // by port
	close  func() error
}

// New checks the handlers and prepares them. Its error has everything that is
// wrong with them: handlers without an endpoint, methods and requests of a
// wrong form, words and grants that there are not, and endpoints that answer
// the same requests, both of which are named. A handler that cannot be
// initialized yet is no error.
func New(ctx context.Context, cfg Config, apis ...API) (*App, error) {
	a := &App{cfg: cfg.filled(), routes: map[int][]rest.Route{0: nil}}
	var errs []error
	note := func(err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("tornado: %w", err))
		}
	}
	var err error
	a.errnos, err = extended(a.cfg.Errnos)
	note(err)
	a.grants, err = grantsOf(a.cfg.DefaultGrants, a.cfg.Grants)
	note(err)
	table := table{}
	for _, one := range apis {
		made, err := a.api(one)
		note(err)
		if err == nil {
			note(table.add(made))
			a.apis = append(a.apis, made)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	a.mount(table)
	a.close = sync.OnceValue(a.closeAll)
	if !a.cfg.Lazy {
		for _, one := range a.apis {
			_ = one.begin.do(ctx) // logged, and tried again
		}
	}
	return a, nil
}

// Ports are the listeners that handlers want, in order; 0 is the common one,
// which there always is.
func (a *App) Ports() []int {
	return slices.Sorted(maps.Keys(a.routes))
}

// Container has the handlers of a port.
func (a *App) Container(port int) rest.Container {
	c := rest.Container{
		Name: a.cfg.Name, Root: a.cfg.Root, Title: a.cfg.Title, Doc: a.about(port),
		Authenticate: a.authenticate(), Errors: a.writeError, Wrap: uncached, MaxBody: a.cfg.MaxBody,
		Routes: slices.Clone(a.routes[port]),
		OnExit: func(context.Context) error { return a.Close() },
	}
	if port != 0 {
		c.Name = fmt.Sprintf("%s-%d", c.Name, port)
	}
	return c
}

// Endpoints are all endpoints, for Mappers to choose from.
func (a *App) Endpoints() []Endpoint {
	var out []Endpoint
	for _, one := range a.apis {
		for _, t := range one.targets {
			out = append(out, t.Endpoint)
		}
	}
	return out
}

// Close closes the handlers that can be closed, once.
func (a *App) Close() error { return a.close() }

func (a *App) closeAll() error {
	var errs []error
	for _, one := range a.apis {
		if c, ok := one.Handler.(io.Closer); ok {
			errs = append(errs, c.Close())
		}
	}
	return errors.Join(errs...)
}
