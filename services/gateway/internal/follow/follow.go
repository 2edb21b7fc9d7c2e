// Package follow gives many followers one tail: a gateway reads each journal
// once and hands its events on in memory to whoever may see them. It is
// separate from the doors because SSE, websockets and webhooks are the same
// to it, and from the broker because all it needs of one is es.Store.
//
// The promise: every event that the follower may see, in order, at least
// once, from any cursor that the journal still holds; where it does not, an
// explicit gap.
package follow

import (
	"errors"
	"strings"

	"github.com/heddle-dev/heddle/pkg/es"
)

// Query says what a follower wants and may see.
type Query struct {
	// Owner is the user whose events are wanted; All lifts that limit, for
	// operators.
	Owner string
	All   bool
	// Topic, if set, is the only topic that is wanted.
	Topic string
	// After is where to begin; nil is now.
	After *Cursor
	// Once ends at the present instead of going on.
	Once bool
}

func (q Query) wants(c es.Recorded) bool {
	return (q.Topic == "" || q.Topic == c.Topic) && (q.All || q.Owner != "" && q.Owner == owner(c.Topic))
}

// owner is the user whose topic it is: "evt.<service>.<aggregate>.<owner>.<id>".
func owner(topic string) string {
	tokens := strings.SplitN(topic, ".", 5)
	if len(tokens) < 5 {
		return ""
	}
	return tokens[3]
}

// Sink takes what a follower gets. Its calls come one at a time; an error of
// it ends the following.
type Sink interface {
	// Event is the next event; at is the cursor behind it.
	Event(at Cursor, e es.Event) error
	// Gap says that there may have been events in front of the cursor which
	// the journal does not hold any more, or that the cursor asked for is not
	// of this journal.
	Gap(at Cursor) error
	// Pause says that there is nothing more for now and that everything up to
	// the cursor was given. It is repeated every heartbeat while that lasts.
	Pause(at Cursor) error
}

// Reasons for which a follower is cut off; with its last cursor it can come
// back.
var (
	// ErrSlow: more was waiting for the follower than the hub keeps.
	ErrSlow = errors.New("follow: too slow")
	// ErrLost: the journal was replaced by another.
	ErrLost = errors.New("follow: the journal was lost")
	// ErrClosed: the gateway is going down.
	ErrClosed = errors.New("follow: closed")
)
