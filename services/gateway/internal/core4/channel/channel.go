// Package channel is what happens on core4's websockets: what clients say in
// channels reaches all who listen to them, at whichever gateway they are. It
// is separate from the door, which says who comes in and what they may, and
// from where messages are kept.
package channel

import (
	"cmp"
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// Channels that mean something to core4's clients.
const (
	Queue    = "queue"   // how many jobs there are, told every Limits.Interval
	Messages = "message" // what people say to all
)

// Store keeps messages for all gateways. Its errors are faults.
type Store interface {
	// Put stores a message for good.
	Put(ctx context.Context, message []byte) error
	// All calls f with each message that is kept, the oldest first.
	All(ctx context.Context, f func([]byte)) error
	// Follow calls ready and then f with each message that any gateway stores,
	// until ctx ends.
	Follow(ctx context.Context, ready func(), f func([]byte))
}

// Event is a message in a channel, as it is kept and sent.
type Event struct {
	ID      string `json:"_id"`
	Name    string `json:"name"`
	Author  string `json:"author"` // a user's name
	Channel string `json:"channel"`
	Created string `json:"created"` // UTC
	Data    string `json:"data"`
}

// Client is whom a websocket belongs to.
type Client struct {
	User string // id
	Name string
	// May reports whether the client may listen and speak in a channel.
	May func(channel string) bool
	// Sees reports whether the client may hear of a job of an owner, which has
	// this qualified name; nil: of none.
	Sees func(owner string, name func() string) bool
	// Queue is the data of the channel queue as the client may see it, as JSON.
	Queue func(context.Context) ([]byte, error)
}

// Limits bound what one client can take. Zero fields get the default.
type Limits struct {
	Frame       int           // bytes of a frame from a client; 16 KiB
	Channels    int           // that a client listens to; 100
	Connections int           // of a user at this gateway; 20
	Rate        int           // messages of a user in a minute; 120
	Burst       int           // of those at once; 30
	Buffer      int           // frames that wait for a client, who is then cut off; 256
	Interval    time.Duration // between two looks at the queue; 3 s
	Ping        time.Duration // between two pings, and as long for the answer; 30 s
}

func (l Limits) withDefaults() Limits {
	l.Frame = cmp.Or(l.Frame, 16<<10)
	l.Channels = cmp.Or(l.Channels, 100)
	l.Connections = cmp.Or(l.Connections, 20)
	l.Rate = cmp.Or(l.Rate, 120)
	l.Burst = cmp.Or(l.Burst, 30)
	l.Buffer = cmp.Or(l.Buffer, 256)
	l.Interval = cmp.Or(l.Interval, 3*time.Second)
	l.Ping = cmp.Or(l.Ping, 30*time.Second)
	return l
}

// maxName bounds the name of a channel, in bytes.
const maxName = 100

// event is a new message.
func event(now time.Time, author, channel, text string) Event {
	return Event{ID: app.Identifier(now), Name: Messages, Author: author, Channel: channel, Created: app.Stamp(now), Data: text}
}
