package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/pflag"

	"github.com/heddle-dev/heddle/pkg/logx"
)

// ServeOptions is what a program has from its parent.
type ServeOptions struct {
	Name string   // of the program, in its help and its log; "" is "app"
	Args []string // without the program's name; ServeConfig says which there are
	Env  func(string) (string, bool)
	Out  io.Writer // the ready line and the help; nil: nowhere
	Log  io.Writer // nil: nowhere
}

// Serve makes a program of containers: it reads the command line and the
// environment (see ServeConfig and --help), listens, and answers until SIGTERM
// or SIGINT; then it lets the requests under way end. Alone it is a server of
// its own; with --join it becomes a part of a gateway, which finds out who
// asks. It returns nil after a graceful end, and an error that the program
// should end with if it cannot start or a gateway refuses it.
func Serve(containers ...Container) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	defer context.AfterFunc(ctx, stop)() // a second signal does what signals do by themselves
	return ServeContext(ctx, ServeOptions{
		Name: filepath.Base(os.Args[0]), Args: os.Args[1:], Env: os.LookupEnv, Out: os.Stdout, Log: os.Stderr,
	}, containers...)
}

// ServeContext is Serve until ctx ends, for programs that read their command
// line themselves, and for tests.
func ServeContext(ctx context.Context, opts ServeOptions, containers ...Container) error {
	p, err := newProgram(opts, containers)
	if errors.Is(err, pflag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	return p.run(ctx)
}

// program is one run of Serve.
type program struct {
	ServeOptions
	cfg        ServeConfig
	log        *slog.Logger
	containers []Container
}

func newProgram(opts ServeOptions, containers []Container) (*program, error) {
	opts = opts.filled()
	p := &program{ServeOptions: opts}
	if err := p.cfg.load(opts); err != nil {
		return nil, err
	}
	p.log = logx.New(opts.Log, p.cfg.LogFormat, p.cfg.level())
	var err error
	p.containers, err = chosen(containers, p.cfg.Filter)
	for i, c := range p.containers {
		p.containers[i] = documented(c)
	}
	return p, err
}

func (o ServeOptions) filled() ServeOptions {
	if o.Name == "" {
		o.Name = "app"
	}
	if o.Env == nil {
		o.Env = func(string) (string, bool) { return "", false }
	}
	if o.Out == nil {
		o.Out = io.Discard
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	return o
}

// chosen are the containers whose names begin with one of the prefixes; no
// prefix chooses all.
func chosen(containers []Container, prefixes []string) ([]Container, error) {
	var out []Container
	for _, c := range containers {
		if len(prefixes) == 0 {
			out = append(out, c)
		}
		for _, p := range prefixes {
			if strings.HasPrefix(c.Name, p) {
				out = append(out, c)
				break
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("there is no container to serve; --filter %s chooses none of %d", strings.Join(prefixes, ","), len(containers))
	}
	return out, nil
}

func (p *program) run(ctx context.Context) error {
	way := p.way()
	containers := way.fit(p.containers)
	server, err := NewServer(p.log, containers...)
	if err != nil {
		return err
	}
	l, err := way.listen(ctx)
	if err != nil {
		return err
	}
	exit, err := enter(ctx, containers)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	return errors.Join(p.answer(ctx, way, l, server), exit())
}

// answer serves until ctx ends or the server fails.
func (p *program) answer(ctx context.Context, way way, l net.Listener, h http.Handler) error {
	srv := p.httpServer(way.around(h))
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	base, end, err := way.begin(inner, l.Addr())
	if err != nil {
		return errors.Join(ignoreEnd(ctx, err), srv.Close())
	}
	p.ready(base)
	select {
	case err = <-failed:
		cancel()
		end()
		return err
	case <-ctx.Done():
	}
	end()
	return p.drain(srv)
}

// ignoreEnd is nil if the program was told to end before it was ready.
func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// ready says on one line where everything is.
func (p *program) ready(base string) {
	var at []string
	for _, c := range p.containers {
		at = append(at, base+c.Root+"/")
	}
	fmt.Fprintf(p.Out, "%s is ready: %s\n", p.Name, strings.Join(at, " "))
}

// drain takes no more connections and lets what is under way end.
func (p *program) drain(srv *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), p.cfg.Drain)
	defer cancel()
	err := srv.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		p.log.Warn("requests under way were cut off", "after", p.cfg.Drain)
		err = srv.Close()
	}
	return err
}
