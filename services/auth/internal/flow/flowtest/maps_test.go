package flowtest_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/flow"
	"github.com/heddle-dev/heddle/services/auth/internal/flow/flowtest"
)

func TestMaps(t *testing.T) {
	t.Parallel()
	flowtest.Run(t, func(*testing.T) (flow.Store, flowtest.Pass) {
		var at atomic.Int64
		return flowtest.NewMaps(func() time.Time { return time.Unix(0, at.Load()) }),
			func(d time.Duration) { at.Add(int64(d)) }
	})
}
