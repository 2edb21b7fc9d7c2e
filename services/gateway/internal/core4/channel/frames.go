package channel

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// document is a frame to a client.
type document map[string]any

func frame(v any) []byte { return bytes.TrimSpace(app.AsJSON(v)) }

// notJSON answers what cannot be read; it is no JSON itself.
const notJSON = "error parsing json data"

// take is the answer to a frame, section 7.3.
func (c *conn) take(ctx context.Context, text []byte) []byte {
	var value any
	if json.Unmarshal(text, &value) != nil {
		return []byte(notJSON)
	}
	request, _ := value.(map[string]any)
	switch request["type"] {
	case "interest":
		return frame(c.interest(request["data"]))
	case "message":
		return frame(c.message(ctx, request))
	default:
		return frame(document{"type": "error", "message": "unknown type"})
	}
}

// interest replaces the channels that the client listens to. What is no text,
// and channels that the client may not listen to, are left out.
func (c *conn) interest(data any) document {
	list, isList := data.([]any)
	if data != nil && !isList {
		return document{"type": "error", "message": "parameter [data] expected a list of channels"}
	}
	channels := []string{}
	for _, one := range list {
		text, _ := one.(string)
		name := named(text)
		if name == "" || slices.Contains(channels, name) || !c.client.May(name) {
			continue
		}
		if len(channels) == c.hub.limits.Channels || len(name) > maxName {
			return document{"type": "error", "message": fmt.Sprintf("at most %d channels, with names of at most %d bytes", c.hub.limits.Channels, maxName)}
		}
		channels = append(channels, name)
	}
	c.mu.Lock()
	c.channels = channels
	c.mu.Unlock()
	c.looks()
	return document{"type": "interest", "data": channels, "message": "processed interest in " + spelled(channels)}
}

// named is how channels are compared.
func named(text string) string { return strings.ToLower(strings.TrimSpace(text)) }

// spelled is a list as core4's clients are used to read it.
func spelled(channels []string) string {
	if len(channels) == 0 {
		return "[]"
	}
	return "['" + strings.Join(channels, "', '") + "']"
}

// looks has the queue told now, if the client listens to it.
func (c *conn) looks() {
	select {
	case c.look <- struct{}{}:
	default:
	}
}

// message stores what a client says, who listens to the channel from then on.
func (c *conn) message(ctx context.Context, request document) document {
	channel, _ := request["channel"].(string)
	text, _ := request["text"].(string)
	channel = named(channel)
	switch {
	case channel == "" || text == "":
		return refused("malformed message")
	case len(channel) > maxName:
		return refused(fmt.Sprintf("the channel has more than %d bytes", maxName))
	case !c.client.May(channel):
		return refused("you may not use channel [" + channel + "]")
	}
	if !c.hub.rates.allow(c.client.User, c.hub.now()) {
		return refused(fmt.Sprintf("too many messages: you may send %d a minute, and %d at once; try again later", c.hub.limits.Rate, c.hub.limits.Burst))
	}
	added, ok := c.listen(channel)
	if !ok {
		return refused(fmt.Sprintf("you listen to %d channels already", c.hub.limits.Channels))
	}
	e := event(c.hub.now(), c.client.Name, channel, text)
	if err := c.hub.store.Put(ctx, frame(e)); err != nil {
		return refused("the message could not be stored; try again")
	}
	if added {
		return document{"type": "interest", "message_id": e.ID, "message": "OK, added interest in channel"}
	}
	return document{"type": "send", "message_id": e.ID, "message": "OK"}
}

func refused(why string) document {
	return document{"type": "error", "message_id": nil, "message": why}
}

// listen adds a channel; it is not ok if there are too many.
func (c *conn) listen(channel string) (added, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case slices.Contains(c.channels, channel):
		return false, true
	case len(c.channels) >= c.hub.limits.Channels:
		return false, false
	}
	c.channels = append(slices.Clone(c.channels), channel)
	return true, true
}
