package description

import (
	"time"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
)

// ParseTime reads a time as UNICORE writes it: with seconds and zone, or
// without both, in UTC. One of the day alone is the next of that kind.
func ParseTime(v any, now time.Time) (time.Time, bool) {
	text, _ := lenient.Text(v)
	for _, form := range []string{"2006-01-02T15:04:05-0700", time.RFC3339, "2006-01-02 15:04"} {
		if at, err := time.Parse(form, text); err == nil {
			return at.UTC(), true
		}
	}
	at, err := time.Parse("15:04", text)
	if err != nil {
		return time.Time{}, false
	}
	now = now.UTC()
	at = time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, time.UTC)
	if at.Before(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at, true
}
