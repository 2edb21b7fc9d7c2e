package job

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/estest"
)

func TestStories(t *testing.T) {
	t.Parallel()
	estest.Scenarios(t, "testdata", es.Decider[Job, Command, Event]{
		Decide: Decide, Evolve: Evolve, Codec: es.Codec[Event]{Encode: Encode, Decode: Decode},
	}, command)
}

func command(name string, data json.RawMessage) (Command, error) {
	read, ok := map[string]func(json.RawMessage) (Command, error){
		"submit": read[Submit], "finish_stage_in": read[FinishStageIn], "start": read[Start],
		"match": read[Match], "begin": read[Begin], "release": read[Release], "finish": read[Finish],
		"lose": read[Lose], "abort": read[Abort], "restart": read[Restart], "destroy": read[Destroy],
	}[name]
	if !ok {
		return nil, fmt.Errorf("no command %q", name)
	}
	return read(data)
}

func read[C Command](data json.RawMessage) (Command, error) {
	var c C
	err := json.Unmarshal(data, &c)
	return c, err
}
