package fault_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

func TestFromFindsTheFault(t *testing.T) {
	t.Parallel()
	f := fault.New(fault.Conflict, "job.ended", "The job %d has ended.", 7)
	for name, tc := range map[string]struct {
		err  error
		kind fault.Kind
		code string
	}{
		"itself":   {f, fault.Conflict, "job.ended"},
		"wrapped":  {fmt.Errorf("at 3: %w", f), fault.Conflict, "job.ended"},
		"deadline": {fmt.Errorf("read: %w", context.DeadlineExceeded), fault.Timeout, "timeout"},
		"canceled": {context.Canceled, fault.Timeout, "timeout"},
		"other":    {errors.New("secret"), fault.Internal, "internal"},
		// a fault that was caused by a timeout is still that fault
		"caused": {fault.Wrap(context.Canceled, fault.Unavailable, "x", "x"), fault.Unavailable, "x"},
	} {
		got := fault.From(tc.err)
		if got.Kind != tc.kind || got.Code != tc.code || !fault.Is(tc.err, tc.kind) {
			t.Errorf("%s: %+v", name, got)
		}
		if strings.Contains(got.Message, "secret") {
			t.Errorf("%s: the cause is in the message", name)
		}
	}
	if fault.From(nil) != nil || fault.Is(nil, fault.Internal) {
		t.Error("nil is no fault")
	}
}

func TestCauseStaysInside(t *testing.T) {
	t.Parallel()
	cause := errors.New("dial 10.0.0.7")
	f := fault.Wrap(cause, fault.Unavailable, "store.down", "Try again.").WithRetry(2*time.Second).
		WithField("name", "is %q", "x").WithStatus(507)
	if !errors.Is(f, cause) || !strings.Contains(f.Error(), "10.0.0.7") {
		t.Error("operators do not see the cause")
	}
	b, err := json.Marshal(f)
	want := `{"kind":"unavailable","code":"store.down","message":"Try again.",` +
		`"fields":[{"name":"name","message":"is \"x\""}],"retry_after":2000000000,"status":507}`
	if err != nil || string(b) != want {
		t.Errorf("on the wire: %s %v", b, err)
	}
	var back fault.Error
	if err := json.Unmarshal(b, &back); err != nil || back.Error() != "store.down: Try again." ||
		!reflect.DeepEqual(back.Fields, f.Fields) {
		t.Errorf("back: %+v %v", back, err)
	}
}

// A fault may be a shared value: refining it must not change it for others.
func TestRefiningCopies(t *testing.T) {
	t.Parallel()
	shared := fault.New(fault.Invalid, "x", "x").WithField("a", "bad")
	one, two := shared.WithField("b", "bad"), shared.WithField("c", "bad")
	_, _ = shared.WithRetry(time.Second), shared.WithStatus(422)
	if len(shared.Fields) != 1 || one.Fields[1].Name != "b" || two.Fields[1].Name != "c" || shared.RetryAfter != 0 || shared.Status != 0 {
		t.Errorf("%+v %+v %+v", shared, one, two)
	}
}

func TestKindsAreDistinct(t *testing.T) {
	t.Parallel()
	seen := map[fault.Kind]bool{}
	for _, k := range fault.Kinds() {
		if seen[k] || k == "" {
			t.Errorf("%q is there twice or empty", k)
		}
		seen[k] = true
	}
	if len(seen) != 10 {
		t.Errorf("%d kinds", len(seen))
	}
}

func TestRenamed(t *testing.T) {
	t.Parallel()
	e := fault.New(fault.Invalid, "x", "x").WithField("a", "1").WithField("a[1].b", "2").WithField("ab", "3").WithField("c", "4")
	var got []string
	for _, f := range e.Renamed(map[string]string{"a": "z", "c.d": "y"}).Fields {
		got = append(got, f.Name+f.Message)
	}
	if want := []string{"z1", "z[1].b2", "ab3", "c4"}; !slices.Equal(got, want) || e.Fields[0].Name != "a" {
		t.Errorf("%v, and the original has %v", got, e.Fields)
	}
}

func TestRenamedTakesTheNameThatSaysMost(t *testing.T) {
	t.Parallel()
	names := map[string]string{"application": "Application", "application.name": "ApplicationName"}
	for range 20 { // a map has no order
		f := fault.New(fault.Invalid, "x", "X").WithField("application.name", "a").WithField("application.version", "b").WithField("applications", "c").Renamed(names)
		if f.Fields[0].Name != "ApplicationName" || f.Fields[1].Name != "Application.version" || f.Fields[2].Name != "applications" {
			t.Fatalf("%+v", f.Fields)
		}
	}
}
