package keeper

import (
	"errors"
	"fmt"
	"net"
	"net/rpc"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
)

// patience is how long a keeper may take to answer; one that is stopped by a
// signal, say, never does.
const patience = 10 * time.Second

// Client is a connection to a keeper.
type Client struct {
	rpc *rpc.Client
}

// Spawn starts the keeper of a directory, a process that outlives this one.
// What goes wrong there later is in the file log of the directory.
func Spawn(dir string, cfg Config) (*Client, error) {
	ours, theirs, err := socketPair()
	if err != nil {
		return nil, err
	}
	p, err := spawn(dir, theirs)
	theirs.Close() // so that its death is heard
	if err != nil {
		ours.Close()
		return nil, err
	}
	c, _, err := connect(ours, &cfg)
	if err != nil {
		_ = p.Kill()
		ours.Close()
	}
	go func() { _, _ = p.Wait() }()
	if err != nil {
		said, _ := os.ReadFile(filepath.Join(dir, "log"))
		return nil, fmt.Errorf("%w before it was ready: %v; it said: %.1000s", ErrDead, err, said)
	}
	return c, nil
}

func spawn(dir string, conn *os.File) (*os.Process, error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer null.Close()
	log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	// This very program, even if another has its name by now.
	return os.StartProcess("/proc/self/exe", []string{name, dirFlag + dir}, &os.ProcAttr{
		Dir: dir, Env: []string{}, Files: []*os.File{null, null, log, conn}, Sys: &syscall.SysProcAttr{Setsid: true}})
}

func socketPair() (net.Conn, *os.File, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err
	}
	ours, theirs := os.NewFile(uintptr(fds[0]), "keeper"), os.NewFile(uintptr(fds[1]), "runner")
	defer ours.Close()
	conn, err := net.FileConn(ours)
	if err != nil {
		theirs.Close()
		return nil, nil, err
	}
	return conn, theirs, nil
}

// Dial takes over the keeper of a directory, with the runs that it has. The
// error is ErrDead if it lives no more; one that does not answer is killed.
func Dial(dir string) (*Client, []executor.Key, error) {
	conn, err := dial(dir)
	if err == nil {
		c, runs, err := connect(conn, nil)
		if err == nil {
			return c, runs, nil
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			killPeer(conn)
		}
		conn.Close()
	}
	// The lock of a keeper that is just ending, or just beginning and about
	// to find that nobody is there any more.
	lock, err := Lock(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, nil, err
	}
	return nil, nil, errors.Join(ErrDead, lock.Close())
}

// ErrDead says that a keeper has ended or was killed. What it knew is in its
// journal.
var ErrDead = errors.New("the keeper of the runs is dead")

// connect says hello.
func connect(conn net.Conn, cfg *Config) (*Client, []executor.Key, error) {
	c := &Client{rpc: rpc.NewClient(conn)}
	var reply HelloReply
	call := c.rpc.Go(service+".Hello", HelloArgs{Config: cfg}, &reply, nil)
	limit := time.NewTimer(patience)
	defer limit.Stop()
	select {
	case <-call.Done:
	case <-limit.C:
		return nil, nil, os.ErrDeadlineExceeded
	}
	if call.Error != nil {
		conn.Close()
		return nil, nil, call.Error
	}
	return c, reply.Runs, nil
}

// killPeer kills the process that listens at the other end.
func killPeer(conn *net.UnixConn) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		if peer, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED); err == nil && peer.Pid > 1 {
			_ = unix.Kill(int(peer.Pid), unix.SIGKILL)
		}
	})
}

// Start starts a job, and returns remarks on it. The error is a *executor.Refusal if the job is at
// fault, ErrDead if nobody knows whether it was started but the journal.
func (c *Client) Start(job executor.Job) (remarks []string, err error) {
	job.Spec.Origin = nil
	var reply StartReply
	if err := c.call("Start", job, &reply); err != nil {
		return nil, err
	}
	if reply.Refusal != nil {
		return nil, reply.Refusal
	}
	return reply.Remarks, nil
}

// Wait waits until nothing of a run is alive any more.
func (c *Client) Wait(key executor.Key) (executor.Result, error) {
	var o Outcome
	err := c.call("Wait", key, &o)
	return o.result(), err
}

// Stop asks for a run's end, and does not wait.
func (c *Client) Stop(key executor.Key, reason string) {
	c.rpc.Go(service+".Stop", StopArgs{key, reason}, new(None), nil)
}

// Forget takes an ended run off the books.
func (c *Client) Forget(key executor.Key) error { return c.call("Forget", key, new(None)) }

// Close gives the keeper up; it ends when its last run has.
func (c *Client) Close() error { return c.rpc.Close() }

// call makes ErrDead of what is not the keeper's answer.
func (c *Client) call(method string, args, reply any) error {
	err := c.rpc.Call(service+"."+method, args, reply)
	if _, answered := errors.AsType[rpc.ServerError](err); err == nil || answered {
		return err
	}
	return ErrDead
}
