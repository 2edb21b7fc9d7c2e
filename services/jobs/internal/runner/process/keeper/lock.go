package keeper

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// lockPatience covers the moment in which a child of a killed process still
// holds a copy of its lock, until its exec.
const lockPatience = 2 * time.Second

// Lock takes the lock of a file, which is made if need be. It is free again
// when the returned file is closed or the process ends.
func Lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	give := time.Now().Add(lockPatience)
	for {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, unix.EWOULDBLOCK) || time.Now().After(give) {
			f.Close()
			return nil, fmt.Errorf("directory %s is in use: %w", filepath.Dir(path), err)
		}
		<-time.After(10 * time.Millisecond)
	}
}

// atSocket calls do with a name of the directory's socket that fits into an
// address, whatever the directory is called.
func atSocket[T any](dir string, do func(*net.UnixAddr) (T, error)) (T, error) {
	d, err := os.Open(dir)
	if err != nil {
		var none T
		return none, err
	}
	defer d.Close()
	name := "/proc/self/fd/" + strconv.Itoa(int(d.Fd())) + "/socket"
	return do(&net.UnixAddr{Name: name, Net: "unix"})
}

func listen(dir string) (*net.UnixListener, error) {
	return atSocket(dir, func(at *net.UnixAddr) (*net.UnixListener, error) {
		l, err := net.ListenUnix("unix", at)
		if err == nil {
			l.SetUnlinkOnClose(false) // the name is good only now
		}
		return l, err
	})
}

func dial(dir string) (*net.UnixConn, error) {
	return atSocket(dir, func(at *net.UnixAddr) (*net.UnixConn, error) { return net.DialUnix("unix", nil, at) })
}
