package edge

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/who"
)

type provenKey struct{}

// place is where what is known of a caller is noted: it is found out after the
// request's context was made.
type place struct {
	Proven
	noted func(who.Facts) // nil: nobody wants to know
}

// With returns a context that carries what is known of a request's caller.
func With(ctx context.Context, p Proven) context.Context {
	return context.WithValue(ctx, provenKey{}, &place{Proven: p})
}

// Note puts what was found out about the caller of a request where From finds
// it; from now on the request ends with the credential. Whoever authenticates
// for a door by other means than a Prover calls it.
func Note(ctx context.Context, p Proven) {
	at, ok := ctx.Value(provenKey{}).(*place)
	if !ok {
		return
	}
	at.Proven = p
	if at.noted != nil {
		at.noted(p.Facts)
	}
}

// From returns what is known of the caller. A context that did not come
// through the server may carry a principal alone.
func From(ctx context.Context) Proven {
	if at, ok := ctx.Value(provenKey{}).(*place); ok {
		return at.Proven
	}
	return Proven{Principal: who.From(ctx)}
}

// lasting returns a context with a place for the caller, which ends with the
// caller's credential: context.Cause is then the fault. Whatever a request
// does, a stream, a wait, a transfer, it does so with this context. cut,
// if any, is called when that ends before the request does; until somebody is
// noted, the client alone can end it, and does not send any more.
func (s *Server) lasting(ctx context.Context, cut func()) (context.Context, func()) {
	if s.bind == nil {
		return With(ctx, Proven{}), func() {}
	}
	ctx, end := context.WithCancelCause(ctx)
	release := func() {}
	at := &place{noted: func(f who.Facts) {
		release()
		release = s.bound(ctx, f, end, cut)
	}}
	return context.WithValue(ctx, provenKey{}, at), func() {
		release()
		end(nil)
	}
}

// bound binds a request to its caller's credential.
func (s *Server) bound(ctx context.Context, f who.Facts, end context.CancelCauseFunc, cut func()) (release func()) {
	release = s.bind(f, end)
	if cut == nil {
		return release
	}
	unbind, stop := release, context.AfterFunc(ctx, cut)
	return func() {
		stop()
		unbind()
	}
}
