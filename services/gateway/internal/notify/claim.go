package notify

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/heddle-dev/heddle/pkg/pause"
)

// look is how often is looked whether there may be something to tell.
const look = time.Second

// await waits until there may be something to tell. Until then the journal is
// not read: that would cost something with every commit.
func (n *Notifier) await(ctx context.Context) bool {
	for {
		_, ok, err := n.Since(ctx)
		if ok {
			return true
		}
		if err != nil && ctx.Err() == nil {
			n.Log.WarnContext(ctx, "cannot learn whether somebody is to be told of jobs; will try again", "err", err)
		}
		if pause.For(ctx, look) != nil {
			return false
		}
	}
}

// claim waits until nobody else leads, and then does; nil: ctx has ended. That
// somebody leads shows in the value's changing, so that no clocks are compared.
func (n *Notifier) claim(ctx context.Context, name string) *reign {
	var seen uint64
	var since time.Time
	for {
		value, version, err := n.Keep.Get(ctx)
		var k kept
		if err == nil && value != nil {
			err = json.Unmarshal(value, &k)
		}
		switch {
		case err != nil:
		case version != seen:
			seen, since = version, time.Now()
			fallthrough
		default:
			if k.Holder != "" && k.Holder != name && time.Since(since) < lapse {
				break
			}
			r := &reign{Notifier: n, name: name, version: version, kept: k}
			if err = r.put(ctx, k, name); err == nil {
				return r
			}
		}
		if err != nil && !errors.Is(err, errChanged) && ctx.Err() == nil {
			n.Log.WarnContext(ctx, "cannot learn who tells jobs' notifications; will try again", "err", err)
		}
		if pause.For(ctx, beat) != nil {
			return nil
		}
	}
}
