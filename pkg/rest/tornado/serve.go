package tornado

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"

	"github.com/heddle-dev/heddle/pkg/rest"
)

// Serve serves the handlers of every port, each by rest.ServeContext, until
// ctx ends or one of them fails, and closes them when the last request has
// ended. The port of opts is that of the handlers that want none of their own.
// Handlers with ports are not for programs that join a gateway.
func (a *App) Serve(ctx context.Context, opts rest.ServeOptions) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	ports := a.Ports()
	errs := make([]error, len(ports))
	var all sync.WaitGroup
	for i, port := range ports {
		c, own := a.Container(port), opts
		c.OnExit = nil
		if port != 0 {
			own.Args = append(slices.Clone(opts.Args), "--port", strconv.Itoa(port))
		}
		all.Go(func() {
			defer end()
			errs[i] = rest.ServeContext(ctx, own, c)
		})
	}
	all.Wait()
	return errors.Join(append(errs, a.Close())...)
}
