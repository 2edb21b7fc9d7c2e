package core4

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/jobdef"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// logQuery says which records of which jobs are wanted.
type logQuery struct {
	from, to time.Time
	level    int // the least, as a number of Python's

	project, hostname, username    string // to the letter; "" is any
	qualName, identifier, contents *regexp.Regexp
}

func logQueryOf(args arg.Values, now time.Time) (q logQuery, err error) {
	q = logQuery{from: now.Add(-time.Hour), to: far,
		project: args.Text("project"), hostname: args.Text("hostname"), username: args.Text("username")}
	for name, at := range map[string]*time.Time{"start": &q.from, "end": &q.to} {
		text := args.Text(name)
		if text == "" {
			continue
		}
		var ok bool
		if *at, ok = logTime(text, now); !ok {
			return q, app.Error(http.StatusBadRequest, "parameter [%s] expected a date, a time, or a span as 5m, 2h, 1d, 1w", name)
		}
	}
	for name, re := range map[string]**regexp.Regexp{"qual_name": &q.qualName, "identifier": &q.identifier, "message": &q.contents} {
		text := args.Text(name)
		if *re, err = regexp.Compile(text); err != nil || len(text) > maxLogPattern {
			return q, app.Error(http.StatusBadRequest, "parameter [%s] expected a regular expression of at most %d bytes", name, maxLogPattern)
		}
	}
	if word := strings.ToUpper(args.Text("level")); word != "" {
		if q.level = leastLevels[word]; q.level == 0 {
			return q, app.Error(http.StatusBadRequest, "parameter [level] expected DEBUG, INFO, WARNING, ERROR or CRITICAL")
		}
	}
	return q, nil
}

const maxLogPattern = 200

var leastLevels = map[string]int{"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40, "CRITICAL": 50}

// logTime reads a moment: a date with or without a time, a time of today, or
// how long ago it is.
func logTime(text string, now time.Time) (time.Time, bool) {
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	last := len(text) - 1
	if n, err := strconv.ParseUint(text[:last], 10, 16); err == nil && units[text[last]] > 0 {
		return now.Add(-time.Duration(n) * units[text[last]]), true
	}
	if at, ok := arg.ParseTime(text); ok {
		return at, true
	}
	return arg.ParseTime(now.UTC().Format(time.DateOnly) + "T" + text)
}

// job reports whether a job may have records that are wanted.
func (q logQuery) job(j jobsapi.Job) bool {
	name := jobdef.NameOf(j)
	project, _, _ := strings.Cut(name, ".")
	return j.Submitted.Before(q.to) && (!j.State.Ended() || !j.Ended.Before(q.from)) &&
		(q.project == "" || q.project == project) && (q.hostname == "" || q.hostname == j.Site) &&
		(q.username == "" || q.username == j.OwnerName) &&
		q.qualName.MatchString(name) && q.identifier.MatchString(objectID(j.ID.String()))
}

// record reports whether a record of such a job is wanted. A line of output was
// written at some time while its process ran.
func (q logQuery) record(j jobsapi.Job, doc document) bool {
	from, to := seconds(q.from), seconds(q.to)
	first, last := doc["epoch"].(float64), doc["epoch"].(float64)
	if partOf(doc) == partOutput || partOf(doc) == partErrors {
		last = seconds(far)
		if j.State.Ended() {
			last = seconds(j.Ended)
		}
	}
	return first < to && last >= from && doc["levelno"].(int) >= q.level && q.contents.MatchString(doc["message"].(string))
}

func seconds(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }

// partOf is the part of the log that a record is in; its id says so.
func partOf(doc document) int { return int(doc["_id"].(string)[16] - '0') }
