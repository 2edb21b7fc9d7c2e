package job

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/estest"
)

func TestStories(t *testing.T) {
	t.Parallel()
	estest.Scenarios(t, es.NewDecider(Decide, Evolve, Events()), map[string]Command{
		"submit": Submit{}, "finish_stage_in": FinishStageIn{}, "start": Start{},
		"match": Match{}, "begin": Begin{}, "release": Release{}, "finish": Finish{},
		"lose": Lose{}, "abort": Abort{}, "restart": Restart{}, "resubmit": Resubmit{}, "destroy": Destroy{}, "expire": Expire{},
		"hold": Hold{}, "unhold": Unhold{}, "unblock": Unblock{}, "note_staged": NoteStaged{}, "finish_stage_out": FinishStageOut{},
		"reschedule": Reschedule{}, "end_child": EndChild{}, "set_tags": SetTags{}, "set_expiry": SetExpiry{}, "set_acl": SetACL{}, "note": Note{}, "remark": Remark{},
	})
}
