package listen_test

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/listen"
	"github.com/heddle-dev/heddle/pkg/listen/listentest"
)

func occupy(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", listentest.Host()+":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func TestWaitsForAnAddressThatIsAboutToBeFree(t *testing.T) {
	t.Parallel()
	before := occupy(t)
	free := time.AfterFunc(50*time.Millisecond, func() { before.Close() })
	defer free.Stop()
	l, err := listen.TCP(t.Context(), before.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
}

func TestAnAddressThatStaysInUseIsAnError(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := listen.TCP(ctx, occupy(t).Addr().String()); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("%v", err)
	}
}

func TestANonsenseAddressIsAnErrorAtOnce(t *testing.T) {
	t.Parallel()
	if l, err := listen.TCP(t.Context(), "nowhere"); err == nil {
		l.Close()
		t.Error("it listens")
	}
}
