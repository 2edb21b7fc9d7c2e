package jobsapi

import (
	"context"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Notes is what other components may write into a job's history.
type Notes interface {
	// Note tells the owner of a job that something happened on its account. It
	// changes nothing; the same Key notes nothing twice.
	Note(context.Context, NoteRequest) (Empty, error)
}

// NoteRequest is a note.
type NoteRequest struct {
	ID   id.ID  `json:"id"`
	Key  string `json:"key"`
	Text string `json:"text"` // a sentence
}

// NoteEndpoint is the doorway to Notes, for components alone.
func NoteEndpoint(n Notes) natsrpc.Endpoint { return natsrpc.Handle(cmdNote, who.Service, n.Note) }

// NewNotes returns the notes as they are reached over nc.
func NewNotes(nc *nats.Conn) Notes {
	return notes{natsrpc.Call[NoteRequest, Empty](natsrpc.NewClient(nc), cmdNote)}
}

type notes struct {
	note func(context.Context, NoteRequest) (Empty, error)
}

func (n notes) Note(ctx context.Context, r NoteRequest) (Empty, error) { return n.note(ctx, r) }
