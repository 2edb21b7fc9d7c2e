package natsrpc

import "context"

// kept is how many goroutines wait for the next request instead of ending;
// each keeps a stack of some 32 KB.
const kept = 64

// pool runs requests, each on a goroutine of its own, and uses some of those
// again: a request outgrows the stack that a goroutine begins with several
// times over, and each time that is copied.
type pool struct {
	next    chan func()     // unbuffered: a send succeeds if a goroutine waits
	waiting chan struct{}   // has one place for each that waits
	over    <-chan struct{} // nobody waits any more
}

func newPool(ctx context.Context) *pool {
	return &pool{next: make(chan func()), waiting: make(chan struct{}, kept), over: ctx.Done()}
}

// run begins with the request and returns at once: how many there are at the
// same time is for others to bound.
func (p *pool) run(request func()) {
	select {
	case p.next <- request:
	default:
		go p.work(request)
	}
}

func (p *pool) work(request func()) {
	for request != nil {
		request()
		request = p.wait()
	}
}

// wait returns the next request, or nil if enough others wait for one.
func (p *pool) wait() func() {
	select {
	case p.waiting <- struct{}{}:
	default:
		return nil
	}
	defer func() { <-p.waiting }()
	select {
	case request := <-p.next:
		return request
	case <-p.over:
		return nil
	}
}
