package files

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/outbound"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/app"
	"github.com/heddle-dev/heddle/services/files/internal/carry"
	"github.com/heddle-dev/heddle/services/files/internal/data"
	"github.com/heddle-dev/heddle/services/files/internal/sandbox"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

const (
	drain = 10 * time.Second // for what is under way at the end
	idle  = 60 * time.Second // that a transfer may stand still
)

// serve opens both doors, and closes them when ctx ends: first the one that
// gives tickets, then the one that takes them.
func (s *Service) serve(ctx context.Context, l net.Listener, p parts) error {
	base, err := s.base(l)
	if err != nil {
		return fmt.Errorf("files: %w", err)
	}
	a := app.New(app.Config{
		Disk: p.disk, Gate: p.gate, Jobs: p.view, Naming: p.named, Rights: s.deps.Jobs, Signer: p.signer, URL: base + data.Path, Now: s.deps.Now,
		MaxFile: s.cfg.MaxUpload,
	})
	client, err := outbound.NewClient(s.cfg.Outbound)
	if err != nil {
		return fmt.Errorf("files: %w", err)
	}
	defer client.CloseIdleConnections()
	bytes := s.server(ctx, p, s.engine(p, a, client))
	failed := make(chan error, 1)
	go func() { failed <- bytes.Serve(l) }()
	requests, err := natsrpc.Serve(ctx, s.deps.NATS, natsrpc.Config{Name: "files", Log: s.deps.Log}, filesapi.Endpoints(a))
	if err != nil {
		return errors.Join(fmt.Errorf("files: %w", err), bytes.Close())
	}
	close(s.ready)
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if stopped := requests.Stop(ctx); stopped != nil {
		s.deps.Log.Warn("the doorway did not close", "err", stopped)
	}
	if stopped := bytes.Shutdown(ctx); stopped != nil {
		_ = bytes.Close() // cuts the transfers that would not end
	}
	return err
}

// server is the door for bytes. It has no limit on how long a transfer takes;
// the door itself bounds how long one may stand still. What is carried ends with
// ctx.
func (s *Service) server(ctx context.Context, p parts, e *carry.Engine) *http.Server {
	return &http.Server{
		Handler: data.New(data.Config{
			Disk: p.disk, Gate: p.gate, Signer: p.signer, MaxUpload: s.cfg.MaxUpload,
			Bounds: storage.Bounds{Files: s.cfg.MaxArchiveFiles, Bytes: s.cfg.MaxArchiveBytes},
			Engine: e, Stopping: ctx, Sandbox: s.cfg.sandboxes(),
			Idle: idle, Now: s.deps.Now, Log: s.deps.Log,
		}),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    128 << 10, // tickets carry a path and patterns
		ErrorLog:          slog.NewLogLogger(s.deps.Log.Handler(), slog.LevelDebug),
	}
}

// base is the URL by which the gateway reaches this replica.
func (s *Service) base(l net.Listener) (string, error) {
	if s.cfg.Advertise != "" {
		return strings.TrimSuffix(s.cfg.Advertise, "/"), nil
	}
	addr := l.Addr().(*net.TCPAddr)
	if !addr.IP.IsUnspecified() {
		return "http://" + addr.String(), nil
	}
	host, err := os.Hostname() // which resolves inside a container network
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("http://%s:%d", host, addr.Port), nil
}

// engine carries files for users.
func (s *Service) engine(p parts, a *app.App, client *http.Client) *carry.Engine {
	c, web := s.cfg.Carry, carry.Web{Client: client}
	return carry.New(carry.Limits{
		Bounds: storage.Bounds{Files: c.MaxFiles, Bytes: c.MaxBytes}, File: s.cfg.MaxUpload, AtOnce: c.AtOnce, AtOnceUser: c.AtOnceUser,
	}, map[string]carry.Driver{
		filesapi.SchemeStorage: carry.Storages{Open: a.OpenFor},
		filesapi.SchemeSandbox: carry.Bringer(sandbox.Source{Disk: p.disk, Gate: p.gate, Limits: s.cfg.sandboxes(), Now: s.deps.Now}.Bring),
		filesapi.SchemeFile:    carry.Site{Roots: c.Roots, Writable: c.WritableRoots},
		filesapi.SchemeLink:    carry.Site{Roots: c.Roots, Writable: c.WritableRoots, Links: true},
		filesapi.SchemeHTTP:    web,
		filesapi.SchemeHTTPS:   web,
	})
}
