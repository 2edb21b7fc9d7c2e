// Package broker runs NATS inside `heddle up`: JetStream in the data
// directory, in-process connections for the services, and one TCP door on
// which people follow their own events. It is separate from the assembly
// because it is the only place that knows the server rather than a connection
// to it.
package broker

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/listen"
)

// MaxPayload bounds one message, and so one commit; a job description is at
// most half a MiB.
const MaxPayload = 4 << 20

// serviceUser is the name under which components connect.
const serviceUser = "service"

// Config describes the embedded server.
type Config struct {
	Dir string // JetStream's directory and the service token
	// Listen is the TCP address for followers and remote runners.
	Listen string
	// Sync is how often the store is flushed to disk; 0 means after every
	// write. A killed process loses nothing with either.
	Sync time.Duration
	Log  *slog.Logger
}

// Broker is a server that is kept running.
type Broker struct {
	opts  *server.Options
	log   *slog.Logger
	token string
	door  *door
	url   string

	mu   sync.Mutex
	srv  *server.Server // nil while none runs
	end  context.CancelFunc
	kept sync.WaitGroup
}

// Start runs the server; it is usable when Start returns. Until Admit is
// called, only holders of the service token may connect.
func Start(ctx context.Context, cfg Config) (*Broker, error) {
	token, err := serviceToken(filepath.Join(cfg.Dir, "service.token"))
	if err != nil {
		return nil, err
	}
	host, port, err := reserve(ctx, cfg.Listen)
	if err != nil {
		return nil, err
	}
	b := &Broker{log: cfg.Log, token: token, door: &door{token: token, log: cfg.Log}}
	b.opts = &server.Options{
		ServerName: "heddle", Host: host, Port: port, NoSigs: true, NoLog: true,
		MaxPayload: MaxPayload, JetStream: true, StoreDir: filepath.Join(cfg.Dir, "nats"),
		SyncInterval: cfg.Sync, SyncAlways: cfg.Sync == 0,
		CustomClientAuthentication: b.door,
	}
	if err := b.open(); err != nil {
		return nil, err
	}
	b.opts.Port = b.srv.Addr().(*net.TCPAddr).Port // also when it is opened again
	b.url = b.srv.ClientURL()
	watch, end := context.WithCancel(context.Background())
	b.end = end
	b.kept.Go(func() { b.keep(watch) })
	return b, nil
}

// readyWithin bounds the start: after a power loss the journals are read whole.
const readyWithin = time.Minute

// open starts a server, and lets connections in when it is whole.
func (b *Broker) open() error {
	srv, err := server.NewServer(b.opts.Clone())
	if err != nil {
		return fmt.Errorf("nats: %w", err)
	}
	srv.SetLoggerV2(serverLog{b.log}, false, false, false)
	go srv.Start()
	switch {
	case !srv.ReadyForConnections(readyWithin):
		err = fmt.Errorf("nats: cannot serve on %s:%d; is the address in use? Set HEDDLE_NATS_LISTEN to another one", b.opts.Host, b.opts.Port)
	case !srv.JetStreamEnabled():
		err = fmt.Errorf("nats: JetStream cannot use %s; is the disk full or the directory in use?", b.opts.StoreDir)
	}
	if err != nil {
		stop(srv)
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.srv = srv
	return nil
}

// close stops the server, if one runs.
func (b *Broker) close() {
	b.mu.Lock()
	srv := b.srv
	b.srv = nil
	b.mu.Unlock()
	if srv != nil {
		stop(srv)
	}
}

func stop(srv *server.Server) {
	srv.Shutdown()
	srv.WaitForShutdown()
}

func (b *Broker) current() *server.Server {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.srv
}

// Connect returns an in-process connection for a component. It is made again
// whenever the server is. Writing has no deadline, which a pipe would keep a
// timer for: the reader is the server, which closes what it does not read.
func (b *Broker) Connect(name string) (*nats.Conn, error) {
	return nats.Connect("", nats.InProcessServer(b), nats.Name(name), nats.UserInfo(serviceUser, b.token),
		nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond), nats.FlusherTimeout(0))
}

// InProcessConn implements nats.InProcessConnProvider.
func (b *Broker) InProcessConn() (net.Conn, error) {
	srv := b.current()
	if srv == nil {
		return nil, errors.New("nats: the server is being restarted")
	}
	return srv.InProcessConn()
}

// URL is where the TCP door listens.
func (b *Broker) URL() string { return b.url }

// Stop flushes and ends the server.
func (b *Broker) Stop() {
	b.end()
	b.kept.Wait()
	b.close()
}

// serviceToken reads the token that components prove themselves with, making
// it at the first start; only the user who runs Heddle can read it.
func serviceToken(path string) (string, error) {
	b, err := os.ReadFile(path)
	if err == nil && len(b) > 0 {
		return strings.TrimSpace(string(b)), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	token := rand.Text()
	return token, os.WriteFile(path, []byte(token+"\n"), 0o600)
}

// reserve returns when the address is free: the server itself would not wait
// for it.
func reserve(ctx context.Context, addr string) (host string, port int, err error) {
	l, err := listen.TCP(ctx, addr)
	if err != nil {
		return "", 0, fmt.Errorf("nats: %w; set HEDDLE_NATS_LISTEN to a free address such as 127.0.0.1:4222", err)
	}
	at := l.Addr().(*net.TCPAddr)
	host, asked, err := net.SplitHostPort(addr)
	if err != nil {
		return "", 0, err
	}
	if asked == "0" { // one chosen here could be taken before the server listens
		at.Port = server.RANDOM_PORT
	}
	return host, at.Port, l.Close()
}

// serverLog passes the server's complaints on; its notices are not ours.
type serverLog struct{ log *slog.Logger }

func (l serverLog) Noticef(string, ...any)    {}
func (l serverLog) Debugf(string, ...any)     {}
func (l serverLog) Tracef(string, ...any)     {}
func (l serverLog) Warnf(f string, a ...any)  { l.log.Warn("nats: " + fmt.Sprintf(f, a...)) }
func (l serverLog) Errorf(f string, a ...any) { l.log.Error("nats: " + fmt.Sprintf(f, a...)) }
func (l serverLog) Fatalf(f string, a ...any) { l.log.Error("nats: " + fmt.Sprintf(f, a...)) }
