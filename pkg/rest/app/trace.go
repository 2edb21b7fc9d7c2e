package app

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"runtime"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Error is an error of a status with its reason, as tornado's HTTPError.
func Error(status int, format string, args ...any) error {
	at := &origin{}
	at.frames = at.held[:runtime.Callers(2, at.held[:])]
	return fault.Wrap(at, kindOf(status), "core4.http", format, args...).WithStatus(status)
}

// kindOf is the kind of fault that a status stands for.
func kindOf(status int) fault.Kind {
	switch {
	case status == http.StatusUnauthorized:
		return fault.Unauthenticated
	case status == http.StatusForbidden:
		return fault.Denied
	case status == http.StatusNotFound:
		return fault.Missing
	case status == http.StatusConflict:
		return fault.Conflict
	case status == http.StatusServiceUnavailable:
		return fault.Unavailable
	case status >= 500:
		return fault.Internal
	default:
		return fault.Invalid
	}
}

// origin is where an error was made.
type origin struct {
	held   [32]uintptr
	frames []uintptr
}

func (o *origin) Error() string {
	first, _ := runtime.CallersFrames(o.frames).Next()
	return "raised by " + first.Function
}

func (o *origin) trace() string {
	var b strings.Builder
	frames := runtime.CallersFrames(o.frames)
	for {
		f, more := frames.Next()
		fmt.Fprintf(&b, "%s\n\t%s:%d\n", f.Function, f.File, f.Line)
		if !more {
			return b.String()
		}
	}
}

// raised remembers where a handler's error came from, if that may be told.
func (c *Call) raised(f func(*Call) (any, error), err error) error {
	if !c.server.Debug {
		return err
	}
	var at *origin
	if errors.As(err, &at) {
		c.trace = at.trace()
		return err
	}
	pc := runtime.FuncForPC(reflect.ValueOf(f).Pointer())
	file, line := pc.FileLine(pc.Entry())
	c.trace = fmt.Sprintf("%s\n\t%s:%d\n%v\n", pc.Name(), file, line, err)
	return err
}

// traceback is what debug mode tells of an error: its cause, or for a panic
// the stack.
func (c *Call) traceback(f *fault.Error) string {
	switch cause := f.Unwrap(); {
	case !c.server.Debug:
		return ""
	case c.trace != "":
		return c.trace
	case cause != nil:
		return strings.TrimSuffix(cause.Error(), "\n") + "\n"
	default:
		return ""
	}
}
