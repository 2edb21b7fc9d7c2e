// Package kitx puts types on go-kit's endpoints and holds the one middleware
// chain that every endpoint of every service passes. It is separate from the
// transports so that NATS and HTTP wrap the same endpoint in the same way.
package kitx

import (
	"context"
	"fmt"

	"github.com/go-kit/kit/endpoint"
)

// Endpoint makes a typed function a go-kit endpoint.
func Endpoint[Q, A any](f func(context.Context, Q) (A, error)) endpoint.Endpoint {
	return func(ctx context.Context, req any) (any, error) {
		q, ok := req.(Q)
		if !ok {
			return nil, fmt.Errorf("endpoint wants %T, got %T", q, req)
		}
		return f(ctx, q)
	}
}

// Func is the inverse: it gives an endpoint its types back.
func Func[Q, A any](e endpoint.Endpoint) func(context.Context, Q) (A, error) {
	return func(ctx context.Context, q Q) (A, error) {
		out, err := e(ctx, q)
		a, _ := out.(A)
		return a, err
	}
}
