package miniapps

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
)

// roundTripper sends a request to one of an app's instances.
type roundTripper struct{ *proxy }

// RoundTrip tries the next instance if one is not there, and with requests
// that may be repeated also if one breaks off before it has answered.
func (t roundTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	f := flightOf(r.Context())
	body := r.Body
	if body != nil && body != http.NoBody {
		defer body.Close()
		r.Body = io.NopCloser(body) // the transport closes it after a failure, when it may still be needed
	}
	err := error(errGone)
	for _, i := range f.app.order(t.Now()) {
		var resp *http.Response
		if resp, err = t.try(r, f, i); err == nil {
			return resp, nil
		}
		i.failed.Store(t.Now().UnixNano())
		if r.Context().Err() != nil || !again(r, err) {
			break
		}
	}
	return nil, err
}

// again reports whether another instance may be asked: nothing was sent, or
// sending it twice does no harm.
func again(r *http.Request, err error) bool {
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" || errors.Is(err, miniapp.ErrPin) {
		return true
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return r.Body == nil || r.Body == http.NoBody
	}
	return false
}

// try sends the request to one instance; it ends with the instance's lease.
func (t roundTripper) try(r *http.Request, f *flight, i *instance) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(r.Context())
	stop := context.AfterFunc(i.life, func() { cancel(errGone) })
	release := func() { stop(); cancel(nil) }
	out := r.WithContext(ctx)
	target := *r.URL
	target.Scheme, target.Host = i.target.Scheme, i.target.Host
	out.URL = &target
	signed, err := t.signer.Sign(i.Key, f.caller, r.Method, target.RequestURI(), t.Now())
	if err == nil {
		out.Header[miniapp.HeaderCaller] = []string{signed}
		var resp *http.Response
		if resp, err = t.to(i).RoundTrip(out); err == nil {
			resp.Body = leased(resp.Body, release)
			return resp, nil
		}
	}
	if errors.Is(context.Cause(ctx), errGone) {
		err = errGone
	}
	if errors.Is(err, miniapp.ErrPin) {
		t.Log.WarnContext(r.Context(), "what answers in the place of a program is not it; it gets no requests",
			"program", i.Program, "url", i.URL, "instance", i.Instance, "err", err)
	}
	release()
	return nil, err
}

// to is the way to an instance. One with a key has its own, so that no
// connection to it serves another that is at the same address later.
func (t roundTripper) to(i *instance) http.RoundTripper {
	if i.Pin == "" {
		return t.base
	}
	i.once.Do(func() {
		own := t.transport(i.Pin)
		context.AfterFunc(i.life, own.CloseIdleConnections)
		i.own = own
	})
	return i.own
}

// leased is an answer's body that gives the lease back when it is closed.
func leased(body io.ReadCloser, release func()) io.ReadCloser {
	b := &leasedBody{body, release}
	if w, ok := body.(io.Writer); ok { // a connection whose protocol was changed
		return struct {
			*leasedBody
			io.Writer
		}{b, w}
	}
	return b
}

type leasedBody struct {
	io.ReadCloser
	release func()
}

func (b *leasedBody) Close() error {
	defer b.release()
	return b.ReadCloser.Close()
}

// suspect is how long an instance that was not there is asked last.
const suspect = 2 * time.Second

// order is the instances in the order in which to ask them: each in its turn,
// and those last that were not there a moment ago.
func (a *app) order(now time.Time) []*instance {
	n := len(a.instances)
	if n == 1 {
		return a.instances
	}
	first := int(a.turn.Add(1) % uint32(n))
	good, bad := make([]*instance, 0, n), []*instance(nil)
	for k := range n {
		i := a.instances[(first+k)%n]
		if now.UnixNano()-i.failed.Load() < int64(suspect) {
			bad = append(bad, i)
			continue
		}
		good = append(good, i)
	}
	return append(good, bad...)
}
