package main

import (
	"context"
	"fmt"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	publishers = 64
	yardTime   = 4 * time.Second
)

// jetstreamYardstick publishes 1 KB messages on new subjects, each with the
// expectation that its subject is new, over TCP, as the services do, to a
// server with the sync interval that Heddle uses by default.
func jetstreamYardstick(ctx context.Context, dir string) (perSecond float64, err error) {
	srv, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: dir,
		NoSigs: true, NoLog: true, SyncInterval: 250 * time.Millisecond,
	})
	if err != nil {
		return 0, err
	}
	go srv.Start()
	defer func() { srv.Shutdown(); srv.WaitForShutdown() }()
	if !srv.ReadyForConnections(10 * time.Second) {
		return 0, fmt.Errorf("the server does not start")
	}
	nc, err := nats.Connect(srv.ClientURL())
	if err != nil {
		return 0, err
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return 0, err
	}
	if _, err := js.CreateStream(ctx, jetstream.StreamConfig{Name: "Y", Subjects: []string{"y.>"}, AllowDirect: true}); err != nil {
		return 0, err
	}
	body := make([]byte, 1024)
	return throughput(yardTime, publishers, func(n int64) error {
		_, err := js.Publish(ctx, fmt.Sprintf("y.%d", n), body, jetstream.WithExpectLastSequencePerSubject(0))
		return err
	})
}

// forkYardstick starts and waits for /bin/true.
func forkYardstick(ctx context.Context) (perSecond float64, err error) {
	return throughput(yardTime, 2, func(int64) error {
		return exec.CommandContext(ctx, "/bin/true").Run()
	})
}

// throughput runs do from workers goroutines for about d and counts.
func throughput(d time.Duration, workers int, do func(n int64) error) (float64, error) {
	var count atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	start := time.Now()
	for range workers {
		wg.Go(func() {
			for time.Since(start) < d && failed.Load() == nil {
				if err := do(count.Add(1)); err != nil {
					failed.Store(&err)
				}
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(count.Load()) / time.Since(start).Seconds(), nil
}
