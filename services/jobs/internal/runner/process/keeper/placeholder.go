package keeper

import (
	"strconv"
	"time"
)

// placeholder is what stands for an allocation: it is there until it is
// stopped, or until its time is over, which is a good end.
func placeholder(limit time.Duration) string {
	if limit > 0 {
		return "exec sleep " + strconv.Itoa(int((limit+time.Second-1)/time.Second))
	}
	return "while :; do sleep 86400; done"
}
