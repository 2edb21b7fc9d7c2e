package authapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func TestRefusalsKeepTheirCode(t *testing.T) {
	t.Parallel()
	for code, status := range map[string]int{
		authapi.InvalidGrant: 400, authapi.InvalidClient: 400, authapi.SlowDown: 400, authapi.AccessDenied: 400,
		authapi.InvalidToken: 401, authapi.InsufficientScope: 403, authapi.ServerError: 500, authapi.TemporarilyUnavailable: 503,
	} {
		b, err := json.Marshal(authapi.Refuse(code, "The code %q.", code))
		var back fault.Error
		if err == nil {
			err = json.Unmarshal(b, &back)
		}
		if err != nil || authapi.ErrorCode(&back) != code || back.Status != status {
			t.Errorf("%s came back as %s with %d, %v", code, authapi.ErrorCode(&back), back.Status, err)
		}
	}
}

func TestEveryFaultHasACode(t *testing.T) {
	t.Parallel()
	want := map[fault.Kind]string{
		fault.Invalid: authapi.InvalidRequest, fault.Unauthenticated: authapi.InvalidClient, fault.Denied: authapi.AccessDenied,
		fault.Missing: authapi.InvalidRequest, fault.Conflict: authapi.InvalidRequest, fault.Exhausted: authapi.SlowDown,
		fault.Unsupported: authapi.InvalidRequest, fault.Unavailable: authapi.TemporarilyUnavailable,
		fault.Timeout: authapi.TemporarilyUnavailable, fault.Internal: authapi.ServerError,
	}
	for _, kind := range fault.Kinds() {
		if got := authapi.ErrorCode(fault.New(kind, "x.y", "x")); got != want[kind] {
			t.Errorf("%s is %q", kind, got)
		}
	}
	if authapi.ErrorCode(nil) != "" || authapi.ErrorCode(errors.New("x")) != authapi.ServerError ||
		authapi.ErrorCode(context.Canceled) != authapi.TemporarilyUnavailable {
		t.Error("other errors")
	}
}
