// Package data is the service's HTTP door for bytes: whoever holds a ticket
// gets, puts or packs the files that it names. It is separate from the other
// doorway because bytes are streams with ranges and conditions, not messages,
// and must never pass through NATS.
package data

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/go-kit/kit/endpoint"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/kitx"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/disk"
	"github.com/heddle-dev/heddle/services/files/internal/sandbox"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
	"github.com/heddle-dev/heddle/services/files/internal/ticket"
)

// Path is where the door stands.
const Path = "/data"

// Config is what the door needs.
type Config struct {
	Disk      *storage.Disk
	Gate      *disk.Gate
	Signer    *ticket.Signer
	MaxUpload int64          // bytes of one file
	Bounds    storage.Bounds // of one archive
	Engine    Engine
	// Stopping ends when the service is about to: what is carried then is broken
	// off, so that another replica can go on. nil: never.
	Stopping context.Context
	Sandbox  sandbox.Limits
	// Idle is how long a transfer may make no progress before it is ended.
	Idle time.Duration
	Now  func() time.Time
	Log  *slog.Logger
}

type door struct {
	Config
	// moves holds an endpoint for each kind of ticket.
	moves map[string]endpoint.Endpoint
}

// New returns the door.
func New(cfg Config) http.Handler {
	d := &door{Config: cfg}
	d.moves = map[string]endpoint.Endpoint{
		filesapi.Read:    d.endpoint("data.read", d.read),
		filesapi.Write:   d.endpoint("data.write", d.write),
		filesapi.Archive: d.endpoint("data.archive", d.archive),

		filesapi.CarryIn:  d.endpoint("data.carry", d.carry),
		filesapi.CarryOut: d.endpoint("data.carry", d.carry),

		filesapi.SandboxRead:  d.endpoint("data.sandbox.read", d.readSandbox),
		filesapi.SandboxWrite: d.endpoint("data.sandbox.write", d.writeSandbox),
		filesapi.SandboxPack:  d.endpoint("data.sandbox.pack", d.packSandbox),
	}
	mux := http.NewServeMux()
	mux.Handle(Path, d)
	return mux
}

// call is one request that has shown its ticket.
type call struct {
	w     *reply
	r     *http.Request
	leave ticket.Leave
}

type none struct{}

// endpoint puts the standard middleware around a move. There is no access
// rule in it: the ticket is the leave.
func (d *door) endpoint(name string, f func(context.Context, call) (none, error)) endpoint.Endpoint {
	return endpoint.Chain(kitx.Recover(), kitx.Trace(name), kitx.Measure(name, d.Log))(kitx.Endpoint(f))
}

// ServeHTTP checks the ticket and lets the move happen. A fault before the
// first byte is answered; later the connection is cut, lest a part be taken
// for the whole.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out := newReply(w, d.Idle)
	leave, err := d.leave(r)
	if err == nil {
		_, err = d.moves[leave.For](d.context(r, leave), call{out, r, leave})
	}
	switch {
	case err == nil:
	case out.begun && carries(leave.For): // which has told it
	case out.begun:
		panic(http.ErrAbortHandler)
	default:
		refuse(out, err)
	}
}

func (d *door) context(r *http.Request, l ticket.Leave) context.Context {
	ctx := otel.GetTextMapPropagator().Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	ctx = logx.WithRequest(ctx, r.Header.Get(filesapi.HeaderRequest))
	return who.With(ctx, who.Principal{ID: l.User, Method: "ticket"})
}

// leave returns what the request's ticket allows, if it allows this method.
func (d *door) leave(r *http.Request) (ticket.Leave, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ticket.Leave{}, fault.New(fault.Unauthenticated, "ticket.absent", "A ticket is required.")
	}
	l, err := d.Signer.Check(strings.TrimSpace(token), d.Now())
	if err != nil {
		return l, err
	}
	if _, ok := d.moves[l.For]; !ok {
		return l, fault.New(fault.Unauthenticated, "ticket.invalid", "The ticket is not valid.")
	}
	if !allows(l.For, r.Method) {
		return l, fault.New(fault.Unsupported, "ticket.method", "The ticket is not for %s.", r.Method).WithStatus(http.StatusMethodNotAllowed)
	}
	return l, nil
}

func allows(purpose, method string) bool {
	switch purpose {
	case filesapi.Write, filesapi.SandboxWrite:
		return method == http.MethodPut
	case filesapi.SandboxPack, filesapi.CarryIn, filesapi.CarryOut:
		return method == http.MethodPost
	}
	return method == http.MethodGet || method == http.MethodHead
}

// open opens the ticket's tree. It never makes one: the ticket was given for
// a tree that was there, and one that was destroyed since must stay gone.
func (d *door) open(ctx context.Context, l ticket.Leave) (*storage.Tree, error) {
	return disk.Do(ctx, d.Gate, func(context.Context) (*storage.Tree, error) { return d.Disk.Open(l.Tree, false) })
}

// gone marks the failures that are the other side's doing, so that they are
// no defects in the log.
func gone(r *http.Request, err error) error {
	var known *fault.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return fault.Wrap(errors.Join(err, r.Context().Err()), fault.Timeout, "files.gone", "The transfer was broken off.")
}
