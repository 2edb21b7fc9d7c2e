package role

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/estest"
)

func TestStories(t *testing.T) {
	t.Parallel()
	estest.Scenarios(t, es.Decider[Role, Command, Event]{
		Decide: Decide, Evolve: Evolve, Codec: es.Codec[Event]{Encode: Encode, Decode: Decode},
	}, map[string]Command{
		"create": Create{}, "change": Change{}, "drop": Drop{}, "remove": Remove{},
	})
}
