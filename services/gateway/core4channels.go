package gateway

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/heddle-dev/heddle/services/gateway/internal/core4/channel"
	"github.com/heddle-dev/heddle/services/gateway/internal/messages"
)

// maxFrame bounds what may be configured: a message, with its envelope and
// escaped, has to fit one of NATS.
const maxFrame = 128 << 10

func (c Core4ChannelsConfig) validate() error {
	if min(c.Keep, c.Frame, c.Max, c.Connections, c.Rate, c.Burst, c.Buffer) < 0 || min(c.Age, c.Interval, c.Ping) < 0 {
		return errors.New("core4-channels-* must not be negative")
	}
	if c.Frame > maxFrame {
		return fmt.Errorf("core4-channels-frame must be at most %d", maxFrame)
	}
	return nil
}

// kept is how much is kept of what is said.
func (c Core4ChannelsConfig) kept(replicas int) messages.Limits {
	return messages.Limits{Count: cmp.Or(c.Keep, 10_000), Age: cmp.Or(c.Age, 30*24*time.Hour), Replicas: replicas}
}

func (c Core4ChannelsConfig) limits() channel.Limits {
	return channel.Limits{Frame: c.Frame, Channels: c.Max, Connections: c.Connections, Rate: c.Rate, Burst: c.Burst, Buffer: c.Buffer, Interval: c.Interval, Ping: c.Ping}
}
