package revokedtoken

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/estest"
)

func TestStories(t *testing.T) {
	t.Parallel()
	estest.Scenarios(t, es.Decider[Token, Revoke, Revoked]{
		Decide: Decide, Evolve: Evolve, Codec: es.Codec[Revoked]{Encode: Encode, Decode: Decode},
	}, map[string]Revoke{"revoke": {}})
}
