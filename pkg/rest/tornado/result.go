package tornado

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Result is S_OK or S_ERROR, the answer of most of DIRAC's interfaces. It is
// always sent as the structure that it is.
type Result struct {
	Good    bool
	Value   any    // of S_OK
	Errno   int    // of S_ERROR; 0 is an error without a number
	Message string // of S_ERROR, as the handler has it
}

// OK is S_OK.
func OK(value any) Result { return Result{Good: true, Value: value} }

// Failed is S_ERROR. The message is for the caller; errno is one of the
// numbers of this package, one that was registered, POSIX's, or 0.
func Failed(errno int, format string, args ...any) Result {
	return Result{Errno: errno, Message: fmt.Sprintf(format, args...)}
}

// MarshalJSON is the structure: OK and Value, or OK, Errno and Message, which
// begins with what the number means: "Wrong value passed ( 1004 : too large)".
func (r Result) MarshalJSON() ([]byte, error) { return json.Marshal(r.structure(errnos)) }

func (r Result) structure(t registry) any {
	if r.Good {
		return success{true, r.Value}
	}
	message := r.Message
	if r.Errno != 0 {
		message = fmt.Sprintf("%s ( %d : %s)", t.text(r.Errno), r.Errno, r.Message)
	}
	return failure{false, r.Errno, message}
}

type success struct {
	OK    bool
	Value any
}

type failure struct {
	OK      bool
	Errno   int
	Message string
}

// Error is S_ERROR as a Go error.
type Error struct {
	Errno   int
	Message string
}

// Fail makes an S_ERROR to be returned as an error.
func Fail(errno int, format string, args ...any) *Error {
	return &Error{errno, fmt.Sprintf(format, args...)}
}

// Error implements error.
func (e *Error) Error() string { return fmt.Sprintf("S_ERROR %d: %s", e.Errno, e.Message) }

// asResult takes an S_ERROR out of an error.
func asResult(err error) (Result, bool) {
	var e *Error
	if errors.As(err, &e) {
		return Result{Errno: e.Errno, Message: e.Message}, true
	}
	return Result{}, false
}

// errnoOf numbers the errors that are none of DIRAC's, for the S_ERROR that an
// enveloped endpoint makes of them.
var errnoOf = map[fault.Kind]int{
	fault.Invalid: EVALUE, fault.Unauthenticated: ENOAUTH, fault.Denied: ENOAUTH, fault.Missing: ENOENT,
	fault.Conflict: EEXIST, fault.Unsupported: ENOMETH, fault.Unavailable: ERESUNA, fault.Timeout: ERESUNA,
}

// enveloped is an S_ERROR for any error. What a defect says stays inside.
func enveloped(err error) Result {
	if r, ok := asResult(err); ok {
		return r
	}
	f := fault.From(err)
	return Result{Errno: errnoOf[f.Kind], Message: f.Message}
}
