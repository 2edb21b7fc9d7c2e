// Package stage sets up Heddle as real processes for the tests and the
// benchmark: it builds the binaries, starts them, waits until they are ready,
// and kills them. It is separate because end-to-end tests, fault tests and the
// benchmark play on the same stage.
package stage

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Process is a running program.
type Process struct {
	Name   string
	cmd    *exec.Cmd
	log    *log
	exited chan struct{}
}

// Start runs a program with nothing in its environment but PATH, HOME and env.
func Start(name, path string, env []string, args ...string) (*Process, error) {
	p := &Process{Name: name, cmd: exec.Command(path, args...), log: newLog(), exited: make(chan struct{})}
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}, env...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.exited)
	}()
	return p, nil
}

// PID is the process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Output is what it has written so far.
func (p *Process) Output() string { return p.log.String() }

// Exited is closed when the process has ended.
func (p *Process) Exited() <-chan struct{} { return p.exited }

// Line waits for a line of output that contains text.
func (p *Process) Line(text string, limit time.Duration) (string, error) {
	deadline := time.After(limit)
	for {
		changed := p.log.changed()
		for line := range strings.Lines(p.log.String()) {
			if strings.Contains(line, text) && strings.HasSuffix(line, "\n") {
				return strings.TrimSpace(line), nil
			}
		}
		select {
		case <-changed:
		case <-p.exited:
			return "", fmt.Errorf("%s ended before it said %q:\n%s", p.Name, text, p.Output())
		case <-deadline:
			return "", fmt.Errorf("%s did not say %q within %v:\n%s", p.Name, text, limit, p.Output())
		}
	}
}

// Kill is kill -9; it returns when the process is gone.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.exited
}

// Signal sends a signal.
func (p *Process) Signal(s syscall.Signal) error { return p.cmd.Process.Signal(s) }

// Terminate asks the process to end and waits for it.
func (p *Process) Terminate(limit time.Duration) error {
	if err := p.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.exited:
		return nil
	case <-time.After(limit):
		p.Kill()
		return fmt.Errorf("%s did not end within %v of SIGTERM:\n%s", p.Name, limit, p.Output())
	}
}

// Root is the repository's directory.
func Root() (string, error) {
	dir, err := os.Getwd()
	for err == nil && dir != "/" {
		if _, serr := os.Stat(filepath.Join(dir, "go.work")); serr == nil {
			return dir, nil
		}
		dir = filepath.Dir(dir)
	}
	return "", errors.New("stage: not inside the repository")
}

// Build builds the program at path (relative to the repository's root) into dir.
func Build(dir, path string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	out := filepath.Join(dir, filepath.Base(path))
	cmd := exec.Command("go", "build", "-o", out, "./"+path)
	cmd.Dir, cmd.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if b, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", path, err, b)
	}
	return out, nil
}

// log keeps a process's output and tells when it grows.
type log struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	grew chan struct{}
}

func newLog() *log { return &log{grew: make(chan struct{})} }

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.buf.Len() < 8<<20 {
		l.buf.Write(b)
	}
	close(l.grew)
	l.grew = make(chan struct{})
	return len(b), nil
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func (l *log) changed() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.grew
}
