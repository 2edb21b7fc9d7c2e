package key

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/estest"
)

func TestStories(t *testing.T) {
	t.Parallel()
	estest.Scenarios(t, "testdata", es.Decider[Key, Command, Event]{
		Decide: Decide, Evolve: Evolve, Codec: es.Codec[Event]{Encode: Encode, Decode: Decode},
	}, command)
}

func command(name string, data json.RawMessage) (Command, error) {
	switch name {
	case "announce":
		return read[Announce](data)
	default:
		return nil, fmt.Errorf("no command %q", name)
	}
}

func read[C Command](data json.RawMessage) (Command, error) {
	var c C
	err := json.Unmarshal(data, &c)
	return c, err
}
