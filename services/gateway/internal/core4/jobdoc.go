package core4

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/jobdef"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// jobDocument is a job as core4's clients see it. Our jobs are tried once,
// never die of age and are never deferred: what core4 has for that is there,
// and says so.
func jobDocument(j jobsapi.Job, now time.Time) document {
	state := stateWords[j.State]
	ended := j.State.Ended()
	doc := document{
		"_id": objectID(j.ID.String()), "qual_name": jobdef.NameOf(j), "args": argsOf(j),
		"state": state, "highstate": highState(state), "priority": j.Spec.Priority,
		"attempts": 1, "attempts_left": left(j), "trial": j.Epoch, "force": false,
		"worker": orNull(j.Runner), "enqueued": document{
			"at": moment(j.Submitted), "hostname": orNull(j.Site), "username": j.OwnerName, "parent_id": link(j.RestartOf)},
		"started_at": moment(j.Started), "finished_at": moment(j.Ended), "runtime": runtime(j, now),
		"inactive_at": nil, "zombie_at": nil, "killed_at": nil, "removed_at": nil, "wall_at": nil,
		"locked": nil, "prog": document{"value": progress(j), "message": orNull(j.Reason)},
		"flag":    document{"zombie": false, "killed": j.Aborting || state == killed, "removed": j.State == jobsapi.Destroyed, "nonstop": false},
		"age":     max(0, now.Sub(j.Submitted).Seconds()),
		"journal": j.State == jobsapi.Succeeded || j.RestartedAs != 0,
	}
	if j.RestartedAs != 0 {
		doc["enqueued"].(document)["child_id"] = link(j.RestartedAs)
	}
	if j.Held() {
		doc["locked"] = document{"worker": j.Runner, "heartbeat": nil}
	}
	if state == killed && ended {
		doc["killed_at"] = moment(j.Ended)
	}
	return doc
}

// link is the id of another job, null for none.
func link(n id.ID) any {
	if n == 0 {
		return nil
	}
	return objectID(n.String())
}

// unauthorized is the name of jobs that are not the caller's to see.
const unauthorized = "UnauthorizedJob"

// masked leaves of a job that is not the caller's to see that it is there, and
// how far it is: not whose it is, nor what or where.
func (doc document) masked() document {
	doc["qual_name"], doc["args"] = unauthorized, nil
	doc["worker"], doc["locked"], doc["prog"] = nil, nil, nil
	doc["enqueued"] = document{"at": doc["enqueued"].(document)["at"]}
	return doc
}

// argsOf are the arguments of a job of this door, null of any other.
func argsOf(j jobsapi.Job) any {
	e, ok := jobdef.From(j.Spec.Origin)
	if !ok {
		return nil
	}
	var args map[string]any
	d := json.NewDecoder(bytes.NewReader(e.Args))
	d.UseNumber() // as they were sent
	if d.Decode(&args) != nil {
		return nil
	}
	return args
}

func left(j jobsapi.Job) int {
	if j.Started.IsZero() && !j.State.Ended() {
		return 1
	}
	return 0
}

func progress(j jobsapi.Job) float64 {
	if j.State.Ended() {
		return 1
	}
	return 0
}

// runtime is in seconds, null before there is any.
func runtime(j jobsapi.Job, now time.Time) any {
	switch {
	case j.Started.IsZero():
		return nil
	case j.Ended.IsZero():
		return max(0, now.Sub(j.Started).Seconds())
	default:
		return j.Ended.Sub(j.Started).Seconds()
	}
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
