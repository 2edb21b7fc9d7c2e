package keeper

import (
	"log"
	"net"
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

const (
	// name is a keeper's first argument, by which it knows itself and people
	// know it in a list of processes.
	name = "heddle-keeper"
	// dirFlag is written like this so that a program that does not call Main
	// ends over it, as programs do over options that they do not have.
	dirFlag = "-keep-runs-of="
)

// Main does not return if this process was started as a keeper. Each program
// that runs jobs calls it first of all.
func Main() {
	if len(os.Args) != 2 || os.Args[0] != name || len(os.Args[1]) <= len(dirFlag) {
		return
	}
	if err := keep(os.Args[1][len(dirFlag):]); err != nil {
		log.Fatal(err)
	}
	os.Exit(0)
}

// keep is the life of a keeper.
func keep(dir string) error {
	if err := settleIn(); err != nil {
		return err
	}
	k, err := open(dir)
	if err != nil {
		return err
	}
	l, err := listen(dir)
	if err != nil {
		return err
	}
	first := os.NewFile(3, "connection")
	conn, err := net.FileConn(first)
	if err != nil {
		return err
	}
	first.Close()
	s := &session{k: k, conn: conn}
	k.owner = s
	go k.reaper()
	go k.accept(l)
	go k.serve(s)
	<-k.idle
	return k.disband()
}

// settleIn makes the process one that outlives its parent, and whose
// children find the world as a job should.
func settleIn() error {
	// Signals are caught, not ignored: children get their defaults back.
	signal.Notify(make(chan os.Signal, 1), unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGTERM, unix.SIGUSR1, unix.SIGUSR2, unix.SIGXCPU)
	// It was started as /proc/self/exe, and would be called exe.
	if err := os.WriteFile("/proc/self/comm", []byte(name), 0); err != nil {
		return err
	}
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return err
	}
	unix.Umask(0o077) // unless a job asks for another
	return unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
}
