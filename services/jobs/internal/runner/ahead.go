package runner

import "time"

const (
	// quick is the mean time of runs below which jobs are taken ahead, so that
	// the way to the service and back does not leave cores idle.
	quick = 200 * time.Millisecond
	// soon is how long the last of those that were taken ahead should wait.
	soon = 40 * time.Millisecond
	// mostAhead bounds the jobs taken ahead of a slot.
	mostAhead = 8
)

// aheadOf is how many jobs are taken ahead for each slot, by the mean time of
// the last runs, 0 if there were none: one, or as many as begin soon.
func aheadOf(mean time.Duration) int {
	switch {
	case mean <= 0 || mean >= quick:
		return 0
	default:
		return int(min(max(soon/mean, 1), mostAhead))
	}
}
