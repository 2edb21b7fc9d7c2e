//go:build external

package redis_test

import (
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/redistest"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
	"github.com/heddle-dev/heddle/services/gateway/internal/session/sessiontest"
)

// TestRealRedis holds a real redis-server to the same law.
func TestRealRedis(t *testing.T) {
	t.Parallel()
	addr := redistest.Real(t)
	sessiontest.Run(t, func(t *testing.T, now func() time.Time) session.Store { return open(t, "redis://"+addr, now) })
}
