package oauth

import (
	"net/http"
	"strconv"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/page"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/oauth/pages"
)

func (d *door) frame(r *http.Request, title string) page.Frame {
	return page.Frame{Root: d.root(r), Title: title, Shape: page.Door, User: visit(r).Principal.Name}
}

func client(c authapi.ClientCard) *pages.Client {
	return &pages.Client{Name: c.Name, URL: c.URL, Icon: c.Icon}
}

func statusOf(f *fault.Error) int { return rest.Status(f) }

// wait tells programs when to come back.
func wait(w http.ResponseWriter, f *fault.Error) {
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.FormatInt(int64((f.RetryAfter+time.Second-1)/time.Second), 10))
	}
}

// later is a time to wait as people say it.
func later(d time.Duration) string {
	switch {
	case d <= 0:
		return "a minute"
	case d < time.Minute:
		return counted(int((d+time.Second-1)/time.Second), "second")
	default:
		return counted(int((d+time.Minute-1)/time.Minute), "minute")
	}
}

// span is how long something holds.
func span(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return counted(int(d/(24*time.Hour)), "day")
	case d >= 2*time.Hour:
		return counted(int(d/time.Hour), "hour")
	default:
		return counted(max(1, int(d/time.Minute)), "minute")
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// day is a moment as people read it.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2 January 2006, 15:04 UTC")
}

// stamp is a moment as programs read it.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
