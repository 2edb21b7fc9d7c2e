package jobsapi

import (
	"context"
	"encoding/json"

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
