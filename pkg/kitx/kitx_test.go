package kitx_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/kitx"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/who"
)

func length(_ context.Context, s string) (int, error) {
	switch s {
	case "panic":
		panic("boom")
	case "fail":
		return 0, errors.New("disk is gone")
	case "missing":
		return 0, fault.New(fault.Missing, "x", "x")
	}
	return len(s), nil
}

func TestTypesThereAndBack(t *testing.T) {
	t.Parallel()
	e := kitx.Endpoint(length)
	if n, err := kitx.Func[string, int](e)(t.Context(), "abc"); n != 3 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	if n, err := kitx.Func[string, int](e)(t.Context(), "fail"); n != 0 || err == nil {
		t.Errorf("%d %v", n, err)
	}
	if _, err := e(t.Context(), 5); err == nil || !strings.Contains(err.Error(), "string") {
		t.Errorf("a wrong type: %v", err)
	}
}

func TestStandardChain(t *testing.T) {
	t.Parallel()
	alice := who.With(t.Context(), who.Principal{ID: "alice"})
	for name, tc := range map[string]struct {
		ctx  context.Context
		req  string
		kind fault.Kind // "" is success
		logs string
	}{
		"success":            {alice, "abc", "", ""},
		"nobody":             {t.Context(), "abc", fault.Unauthenticated, ""},
		"nobody, and no run": {t.Context(), "panic", fault.Unauthenticated, ""},
		"a fault":            {alice, "missing", fault.Missing, ""},
		"an error":           {alice, "fail", fault.Internal, "disk is gone"},
		"a panic":            {alice, "panic", fault.Internal, "kitx_test.go"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			e := kitx.Standard("qry.test", who.Authenticated, logx.New(&b, "text", slog.LevelInfo))(kitx.Endpoint(length))
			out, err := e(tc.ctx, tc.req)
			if tc.kind == "" && (err != nil || out != 3) || tc.kind != "" && !fault.Is(err, tc.kind) {
				t.Errorf("%v %v", out, err)
			}
			if tc.logs == "" && b.Len() > 0 || !strings.Contains(b.String(), tc.logs) {
				t.Errorf("log is %q", b.String())
			}
			if err != nil && strings.Contains(fault.From(err).Message, "boom") {
				t.Errorf("the caller is told %q", fault.From(err).Message)
			}
		})
	}
}

func TestEveryRequestIsInTheDebugLog(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	e := kitx.Standard("qry.test", who.Public, logx.New(&b, "text", slog.LevelDebug))(kitx.Endpoint(length))
	_, _ = e(t.Context(), "missing")
	if s := b.String(); strings.Count(s, "\n") != 1 || !strings.Contains(s, "outcome=missing") || !strings.Contains(s, "endpoint=qry.test") {
		t.Errorf("log is %q", s)
	}
}

func TestRuleThatWasForgottenLetsNobodyIn(t *testing.T) {
	t.Parallel()
	e := kitx.Access(who.Rule{})(kitx.Endpoint(length))
	if _, err := e(who.With(t.Context(), who.Principal{ID: "root", Roles: []string{who.RoleOperator}}), "abc"); !fault.Is(err, fault.Denied) {
		t.Errorf("%v", err)
	}
}
