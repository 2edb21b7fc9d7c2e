package revokedtoken

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/estest"
)

func TestStories(t *testing.T) {
	t.Parallel()
	estest.Scenarios(t, es.NewDecider(Decide, Evolve, Events()), map[string]Revoke{"revoke": {}})
}
