package follow

import (
	"slices"

	"github.com/heddle-dev/heddle/pkg/es"
)

// since returns the commits in memory behind a position. Nobody writes to
// them, nor to the array that they are in.
func (h *Hub) since(seq uint64) []es.Recorded {
	i, _ := slices.BinarySearchFunc(h.recent, seq+1, func(c es.Recorded, seq uint64) int {
		if c.Seq < seq {
			return -1
		}
		return 1 // the first that is not less
	})
	return h.recent[i:]
}

// trim forgets the oldest commits. It is called when there are twice as many
// as are kept, so that each commit is copied about once, and before new ones
// are added, so that those are there when their followers wake up.
func (h *Hub) trim() {
	first, bytes := len(h.recent), 0
	for first > 0 && len(h.recent)-first < h.cfg.Keep && bytes+size(h.recent[first-1]) <= h.cfg.Bytes {
		first--
		bytes += size(h.recent[first])
	}
	if first > 0 {
		h.floor = h.recent[first-1].Seq
	}
	h.recent, h.bytes = slices.Clone(h.recent[first:]), bytes
}

// size is about what a commit takes in memory.
func size(c es.Recorded) int {
	n := 100 + len(c.Topic)
	for _, e := range c.Events {
		n += 300 + len(e.Data)
	}
	return n
}
