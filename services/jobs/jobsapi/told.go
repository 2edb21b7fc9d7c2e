package jobsapi

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/natsrpc"
)

// Told is a Job in JSON, for who passes it on as it is, with what they have to
// know of it. To read and write a whole job costs more than to carry it.
type Told struct {
	ID      id.ID
	Version uint64
	Storage string // see Job.Storage
	JSON    natsrpc.Encoded
}

// SubmitTold is s.Submit with an answer that is not read where s is a Client.
func SubmitTold(ctx context.Context, s Service, r SubmitRequest) (Told, error) {
	if c, ok := s.(*Client); ok {
		text, err := c.told(ctx, r)
		if err != nil {
			return Told{}, err
		}
		return told(text)
	}
	j, err := s.Submit(ctx, r)
	if err != nil {
		return Told{}, err
	}
	text, err := json.Marshal(j)
	return Told{ID: j.ID, Version: j.Version, Storage: j.Storage(), JSON: text}, err
}

// told reads of a job's JSON what Told needs.
func told(text natsrpc.Encoded) (Told, error) {
	if t, ok := glance(text); ok {
		return t, nil
	}
	var j struct {
		ID      id.ID  `json:"id"`
		Version uint64 `json:"version"`
		Spec    struct {
			Parent *Parent `json:"parent"`
		} `json:"spec"`
	}
	if err := json.Unmarshal(text, &j); err != nil {
		return Told{}, fault.Wrap(err, fault.Internal, "rpc.answer", "A service answered unreadably.")
	}
	storage := Job{ID: j.ID, Spec: Spec{Parent: j.Spec.Parent}}.Storage()
	return Told{ID: j.ID, Version: j.Version, Storage: storage, JSON: text}, nil
}

// glance reads the first and the last member of a job that is no part of
// another, and nothing between them. What looks like the last member is it: a
// member of an object inside would end with another brace, and a text has no
// quotes in it. ok is false for what is not as Job is written.
func glance(text natsrpc.Encoded) (t Told, ok bool) {
	const first, last = `{"id":"`, `,"version":`
	begin := len(first) + len(id.ID(0).String())
	end := bytes.LastIndex(text, []byte(last))
	if end < begin || !bytes.HasPrefix(text, []byte(first)) || text[begin] != '"' || text[len(text)-1] != '}' || bytes.Contains(text, []byte(`"parent":`)) {
		return t, false
	}
	version, err := strconv.ParseUint(string(text[end+len(last):len(text)-1]), 10, 64)
	if err != nil {
		return t, false
	}
	n, err := id.Parse(string(text[len(first):begin]))
	return Told{ID: n, Version: version, Storage: WorkDir(n), JSON: text}, err == nil
}
