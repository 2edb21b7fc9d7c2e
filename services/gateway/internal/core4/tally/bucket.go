package tally

import "time"

// Precision is how long the buckets are in which a span of time is told, by
// its largest unit (core4's queue.precision): of years days, of months hours,
// of days minutes, of hours and minutes seconds, else milliseconds.
func Precision(from, to time.Time) time.Duration {
	switch {
	case !from.AddDate(1, 0, 0).After(to):
		return 24 * time.Hour
	case !from.AddDate(0, 1, 0).After(to):
		return time.Hour
	case !from.AddDate(0, 0, 1).After(to):
		return time.Minute
	case !from.Add(time.Minute).After(to):
		return time.Second
	default:
		return time.Millisecond
	}
}

// Fullest are the fullest samples of each bucket, the oldest first. Of equal
// ones it is the first.
func Fullest(samples []Sample, bucket time.Duration) []Sample {
	var out []Sample
	for _, s := range samples {
		n := len(out) - 1
		if n < 0 || !out[n].At.Truncate(bucket).Equal(s.At.Truncate(bucket)) {
			out = append(out, s)
		} else if s.Total() > out[n].Total() {
			out[n] = s
		}
	}
	return out
}
