package edge

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/who"
)

type provenKey struct{}

// With returns a context that carries what is known of a request's caller.
func With(ctx context.Context, p Proven) context.Context {
	return context.WithValue(ctx, provenKey{}, &p)
}

// Note puts what was found out about the caller of a request where From finds
// it: the server gives every request a place for it. Whoever authenticates
// for a door by other means than a Prover calls it.
func Note(ctx context.Context, p Proven) {
	if place, ok := ctx.Value(provenKey{}).(*Proven); ok {
		*place = p
	}
}

// From returns what is known of the caller. A context that did not come
// through the server may carry a principal alone.
func From(ctx context.Context) Proven {
	if place, ok := ctx.Value(provenKey{}).(*Proven); ok {
		return *place
	}
	return Proven{Principal: who.From(ctx)}
}
