package carry

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/outbound"
)

// maxRetry is the longest time that a server may ask us to stay away for.
const maxRetry = 10 * time.Minute

// statuses are the answers that are not simply Invalid or Unavailable.
var statuses = map[int]fault.Kind{
	http.StatusUnauthorized: fault.Denied, http.StatusForbidden: fault.Denied, http.StatusProxyAuthRequired: fault.Denied,
	http.StatusNotFound: fault.Missing, http.StatusGone: fault.Missing,
	http.StatusConflict: fault.Conflict, http.StatusPreconditionFailed: fault.Conflict, http.StatusLocked: fault.Conflict,
	http.StatusRequestEntityTooLarge: fault.Exhausted,
	http.StatusNotImplemented:        fault.Unsupported, http.StatusHTTPVersionNotSupported: fault.Unsupported, http.StatusMethodNotAllowed: fault.Unsupported,
	http.StatusRequestTimeout: fault.Unavailable, http.StatusTooEarly: fault.Unavailable, http.StatusTooManyRequests: fault.Unavailable,
}

// answered is the fault of an answer that is no success. Nothing that the
// server wrote is repeated.
func answered(res *http.Response) error {
	kind, ok := statuses[res.StatusCode]
	switch {
	case ok:
	case res.StatusCode >= 500:
		kind = fault.Unavailable
	default:
		kind = fault.Invalid
	}
	words := strconv.Itoa(res.StatusCode)
	if text := http.StatusText(res.StatusCode); text != "" {
		words += " " + text
	}
	f := fault.New(kind, "carry.answer", "answered %s", words)
	if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && s > 0 && kind == fault.Unavailable {
		f = f.WithRetry(min(time.Duration(min(s, 1e6))*time.Second, maxRetry))
	}
	return f
}

// failed is the fault of a request without an answer, or of an answer that
// broke off. It tells no address: the name of a host may be public where the
// address behind it is not.
func failed(ctx context.Context, err error) error {
	var known *fault.Error
	var dns *net.DNSError
	var unsure *tls.CertificateVerificationError
	var wait net.Error
	err = outbound.Reason(err)
	passing := func(words string) error { return fault.Wrap(err, fault.Unavailable, "carry.unreachable", "%s", words) }
	switch {
	case ctx.Err() != nil:
		return fault.From(ctx.Err())
	case errors.As(err, &known):
		return known
	case outbound.Refused(err) != nil:
		return fault.Wrap(err, fault.Denied, "carry.refused", "%s", outbound.Refused(err).Error())
	case errors.Is(err, outbound.ErrRedirect):
		return fault.Wrap(err, fault.Invalid, "carry.redirect", "%s", err.Error())
	case errors.As(err, &dns) && dns.IsNotFound:
		return fault.Wrap(err, fault.Missing, "carry.host", "there is no such host")
	case errors.As(err, &dns):
		return passing("the address of the host cannot be found now")
	case errors.As(err, &unsure):
		return fault.Wrap(err, fault.Denied, "carry.certificate", "the certificate of the server cannot be trusted")
	case errors.Is(err, syscall.ECONNREFUSED):
		return passing("the host refuses the connection")
	case errors.Is(err, outbound.ErrStalled), errors.As(err, &wait) && wait.Timeout():
		return passing("the host did not go on in time")
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return passing("the host broke the connection off")
	}
	// What else net/http says may hold what the server sent, and that may be
	// anything.
	err = fmt.Errorf("%T", err)
	return passing("the host cannot be talked to")
}
