//go:build external

package redistest

import (
	"context"
	"net"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// Real starts the machine's redis-server on a free loopback port until the
// test ends and returns its address. It fails the test if there is none: a
// stage that was asked for must not be passed over in silence.
func Real(t testing.TB) (addr string) {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatalf("redis-server is not installed: %v", err)
	}
	for range 5 { // another process may take the port between our look and the start
		if addr, ok := start(t, path); ok {
			return addr
		}
	}
	t.Fatal("redis-server does not start")
	return ""
}

func start(t testing.TB, path string) (string, bool) {
	t.Helper()
	addr, port := freePort(t)
	cmd := exec.Command(path, "--bind", "127.0.0.1", "--port", strconv.Itoa(port),
		"--save", "", "--appendonly", "no", "--dir", t.TempDir(), "--daemonize", "no")
	if err := cmd.Start(); err != nil {
		t.Fatalf("redis-server: %v", err)
	}
	exited := make(chan struct{})
	go func() { _ = cmd.Wait(); close(exited) }()
	t.Cleanup(func() { _ = cmd.Process.Kill(); <-exited })
	return addr, answers(addr, exited)
}

func freePort(t testing.TB) (string, int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String(), l.Addr().(*net.TCPAddr).Port
}

// answers waits until the server takes connections, for at most 10 s, or ends.
func answers(addr string, exited <-chan struct{}) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	retry := time.NewTicker(10 * time.Millisecond)
	defer retry.Stop()
	for {
		if conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr); err == nil {
			conn.Close()
			return true
		}
		select {
		case <-retry.C:
		case <-exited:
			return false
		case <-ctx.Done():
			return false
		}
	}
}
