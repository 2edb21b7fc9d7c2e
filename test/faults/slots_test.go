//go:build faults

package faults

import (
	"context"
	"testing"
)

// audited: once no job is under way, no runner holds one, according to the
// journal and to itself: no slot has leaked.
func audited(t *testing.T, url string) {
	t.Helper()
	c := patient(t, url)
	c.retry(t, "login", func(ctx context.Context) error { return c.Login(ctx, "admin", "hans") })
	var audit struct {
		Drift   int
		Runners []struct{ Held, Said int }
	}
	eventually(t, "the runners hold nothing, and the accounts agree", func() bool {
		if _, err := c.Do(t.Context(), "GET", "/api/v1/admin/slots", nil, &audit); err != nil {
			return false
		}
		busy := audit.Drift
		for _, r := range audit.Runners {
			busy += r.Held + r.Said
		}
		return busy == 0 && len(audit.Runners) > 0
	})
}
