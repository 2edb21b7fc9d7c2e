package keeper

import (
	"errors"
	"net"
	"net/rpc"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
)

// session is one connection; its exported methods are the calls.
type session struct {
	k    *Keeper
	conn net.Conn
}

const service = "Keeper"

// serve answers a connection's calls until it ends.
func (k *Keeper) serve(s *session) {
	srv := rpc.NewServer()
	if err := srv.RegisterName(service, s); err != nil {
		panic(err) // the methods below do not have the form that rpc wants
	}
	srv.ServeConn(s.conn)
	k.leave(s)
}

// Hello makes the connection the owner.
func (s *session) Hello(args HelloArgs, reply *HelloReply) error {
	reply.Runs = s.k.greet(s, args.Config)
	return nil
}

// Start starts a job. Its errors are the site's fault; the job's is in the
// reply.
func (s *session) Start(job executor.Job, reply *StartReply) error {
	remarks, err := s.k.start(s, job)
	reply.Remarks = remarks
	if refusal, ok := errors.AsType[*executor.Refusal](err); ok {
		reply.Refusal = refusal
		return nil
	}
	return err
}

// Wait returns when nothing of a run is alive any more.
func (s *session) Wait(key executor.Key, reply *Outcome) error {
	r, err := s.k.find(key)
	if err != nil {
		return err
	}
	<-r.done
	*reply = r.outcome
	return nil
}

// Stop begins to stop a run.
func (s *session) Stop(args StopArgs, _ *None) error {
	r, err := s.k.find(args.Key)
	if err == nil {
		r.stop(args.Reason)
	}
	return err
}

// Forget takes an ended run off the books.
func (s *session) Forget(key executor.Key, _ *None) error {
	r, err := s.k.find(key)
	if err != nil {
		return err
	}
	<-r.done
	s.k.forget(key)
	return r.clean()
}
