package esmem_test

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/es/esmem"
	"github.com/heddle-dev/heddle/pkg/es/estest"
)

func TestObeysTheLaw(t *testing.T) {
	t.Parallel()
	estest.Run(t, func(testing.TB) estest.Harness {
		st := esmem.New()
		return estest.Harness{
			Prefix:  "evt.test.",
			Open:    func(testing.TB) estest.Journal { return st },
			Restart: func(testing.TB) {}, // the process is the journal
			Purge:   func(_ testing.TB, before uint64) { st.Purge(before) },
			Remake:  func(testing.TB) { st.Remake() },
		}
	})
}
