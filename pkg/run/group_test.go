package run_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/run"
)

func untilEnd(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

func TestFirstToReturnEndsTheGroup(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	ended := false
	err := run.Group(t.Context(), logx.Discard(),
		run.Actor{Name: "waits", Run: func(ctx context.Context) error { defer func() { ended = true }(); return untilEnd(ctx) }},
		run.Actor{Name: "fails", Run: func(context.Context) error { return boom }})
	if !errors.Is(err, boom) || !strings.Contains(err.Error(), "fails") || !ended {
		t.Fatalf("err %v, other actor ended: %v", err, ended)
	}
}

func TestEndThatWasAskedForIsNoError(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	err := run.Group(ctx, logx.Discard(), run.Actor{Name: "a", Run: untilEnd},
		run.Actor{Name: "b", Run: func(context.Context) error { cancel(); <-ctx.Done(); return ctx.Err() }})
	if err != nil {
		t.Fatal(err)
	}
}

func TestActorThatDoesNotStopIsNamed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		start := time.Now()
		err := run.Group(t.Context(), logx.Discard(),
			run.Actor{Name: "stubborn", Run: func(context.Context) error { <-release; return nil }},
			run.Actor{Name: "quick", Run: func(context.Context) error { return nil }})
		if err == nil || !strings.Contains(err.Error(), "stubborn") || strings.Contains(err.Error(), "quick") {
			t.Errorf("err %v", err)
		}
		if took := time.Since(start); took != run.Grace {
			t.Errorf("waited %s", took)
		}
		close(release)
	})
}

func TestEmptyGroupEnds(t *testing.T) {
	t.Parallel()
	if err := run.Group(t.Context(), logx.Discard()); err != nil {
		t.Fatal(err)
	}
}
