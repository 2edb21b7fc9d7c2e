//go:build external

package redis_test

import (
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/redistest"
	"github.com/heddle-dev/heddle/services/auth/internal/flow"
	"github.com/heddle-dev/heddle/services/auth/internal/flow/flowtest"
)

// TestRealRedis holds a real redis-server to the same law. Its clock cannot be
// set, so time passes by bringing the end of every key nearer.
func TestRealRedis(t *testing.T) {
	t.Parallel()
	flowtest.Run(t, func(t *testing.T) (flow.Store, flowtest.Pass) {
		addr := redistest.Real(t)
		db := database(t, addr)
		return open(t, "redis://"+addr), func(d time.Duration) {
			for _, k := range db.Keys(t.Context(), "*").Val() {
				left := db.PTTL(t.Context(), k).Val()
				if err := db.PExpire(t.Context(), k, left-d).Err(); err != nil {
					t.Error(err)
				}
			}
		}
	})
}
