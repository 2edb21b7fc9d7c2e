package ecflow_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/ecflow"
)

// covers: E3-265 E3-266
func TestPing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		took := 25*time.Hour + 61*time.Second + 1234*time.Microsecond
		w := open(t, func(d *ecflow.Deps) {
			d.Now = func() time.Time { // the second look at the clock is after the ping
				now := begin
				begin = begin.Add(took)
				return now
			}
		})
		is(t, "ping", w.send("GET /v1/server/ping", ""), 200, `{"host":"localhost:3141","round_trip_time":"25:01:01.001234","round-trip-time":"25:01:01.001234"}`)
		is(t, "ping, part", w.send("GET /v1/server/ping?filter=round-trip-time", ""), 200, `"25:01:01.001234"`)
		w.engine.ping = fault.New(fault.Unavailable, "x", "gone")
		is(t, "away", w.send("GET /v1/server/ping", ""), 502, `{"code":502,"message":"Failed to connect to localhost:3141","path":"/v1/server/ping","method":"GET"}`)
		w.engine.ping = fault.New(fault.Timeout, "x", "Slow.")
		is(t, "slow", w.send("GET /v1/server/ping", ""), 504, `{"code":504,"message":"Slow.","path":"/v1/server/ping","method":"GET"}`)
	})
}

// Without an engine nothing is made up: whoever may ask hears that it is away.
func TestNoEngine(t *testing.T) {
	t.Parallel()
	w := open(t, func(d *ecflow.Deps) { d.Engine = nil }, example(""))
	for path, allow := range offered {
		for _, method := range strings.Split(allow, ", ") {
			want := 502
			if path == "/v1/statistics" {
				want = 200
			}
			if got := w.send(method+" "+path, "{}", good); got.Code != want || want == 502 && method != "HEAD" && !strings.Contains(got.Body.String(), `"message":"Failed to connect to localhost:3141"`) {
				t.Errorf("%s %s: %d %s", method, path, got.Code, got.Body)
			}
			if method == "GET" || method == "HEAD" {
				continue
			}
			if got := w.send(method+" "+path, "{}"); got.Code != 401 {
				t.Errorf("%s %s, nobody: %d %s", method, path, got.Code, got.Body)
			}
		}
	}
}

// Requests, errors and reads of the copy are counted as ecFlow's gateway does.
//
// covers: E3-267 E3-268
func TestStatistics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := open(t, nil, example(""))
		time.Sleep(time.Hour)
		for _, line := range []string{
			"GET /v1/suites", "HEAD /v1/suites/tree", "GET /v1/suites/s/status", "GET /v1/server/attributes", // 4 cached
			"GET /v1/suites/s/t/script", "GET /v1/server/ping", "OPTIONS /v1/suites", "PUT /v1/statistics", "POST /v1/suites?key=" + token, // 5 more
			"POST /v1/suites", "GET /v1/suites?filter=[x]", "PUT /v1/suites/s/attributes", // 3 errors
			"GET /v1/nothing", "PATCH /v1/suites", "BREW /v1/suites", "GET /v1/suites/", "DELETE /v1/suites/tree", // not counted
		} {
			w.send(line, "{}")
		}
		const since = `"since":"2000-01-01T00:00:00Z"}`
		is(t, "statistics", w.send("GET /v1/statistics", ""), 200, `{"num_requests":13,"num_errors":3,"num_cached_requests":4,`+since)
		is(t, "again", w.send("GET /v1/statistics", ""), 200, `{"num_requests":14,"num_errors":3,"num_cached_requests":4,`+since)
	})
}
