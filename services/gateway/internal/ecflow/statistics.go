package ecflow

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// statistics counts what this gateway answers; paths that are not there do not
// count.
type statistics struct {
	requests, errors, cached atomic.Int64
	since                    time.Time
}

// handled counts a request, once, and lets pages of all origins read its answer.
func (d *door) handled(w http.ResponseWriter, r *http.Request) {
	if c := callOf(r); !c.counted {
		c.counted = true
		d.statistics.requests.Add(1)
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Credentials", "true")
	h.Set("Access-Control-Allow-Headers", "*")
}

// counts answers for /statistics; it counts itself as a request.
func (d *door) counts(*http.Request) (Answer, error) {
	return Answer{Body: struct {
		Requests int64  `json:"num_requests"`
		Errors   int64  `json:"num_errors"`
		Cached   int64  `json:"num_cached_requests"`
		Since    string `json:"since"`
	}{
		d.statistics.requests.Load(), d.statistics.errors.Load(), d.statistics.cached.Load(),
		d.statistics.since.UTC().Format("2006-01-02T15:04:05Z"),
	}}, nil
}

// ping measures the way to the engine and back.
func (d *door) ping(r *http.Request) (Answer, error) {
	if d.Engine == nil {
		return Answer{}, d.unreachable(nil)
	}
	begin := d.Now()
	if err := d.Engine.Ping(r.Context()); fault.Is(err, fault.Unavailable) {
		return Answer{}, d.unreachable(err)
	} else if err != nil {
		return Answer{}, err
	}
	took := clock(d.Now().Sub(begin))
	return Answer{Body: struct {
		Host string `json:"host"`
		Took string `json:"round_trip_time"`
		Seed string `json:"round-trip-time"` // as ecFlow's manual writes it
	}{d.Address, took, took}}, nil
}

// clock writes a duration as "00:00:00.001234".
func clock(d time.Duration) string {
	us := d.Microseconds()
	return fmt.Sprintf("%02d:%02d:%02d.%06d", us/3_600_000_000, us/60_000_000%60, us/1_000_000%60, us%1_000_000)
}
