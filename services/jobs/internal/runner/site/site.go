// Package site is what a runner knows of its site: the catalogue of programs,
// the queues with their bounds, tags and properties, from a file that can be
// changed at any time. It is separate from the agent, which only passes it on,
// and from the executors, which run what it made of a description.
package site

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Config says what the site is apart from its file.
type Config struct {
	File    string        // path; empty: there is none
	Slots   int           // jobs at once
	Memory  int64         // bytes of this machine; 0: not counted
	Longest time.Duration // wall time that no job exceeds; 0: no limit
	Tags    []string      // beside those of the file
	Limits  []string      // what bounds a job's processes here, in words
}

// Site is the site as its file has it now.
type Site struct {
	cfg Config
	log *slog.Logger

	mu     sync.Mutex
	stamp  stamp
	report jobsapi.SiteReport
}

// stamp tells one version of the file from the next without reading it.
type stamp struct {
	at   time.Time
	size int64
}

// New reads the file. A file that cannot be read or is wrong is an error now;
// later it is a warning, and the site stays as it was.
func New(cfg Config, log *slog.Logger) (*Site, error) {
	s := &Site{cfg: cfg, log: log}
	f, st, err := s.read()
	if err != nil {
		return nil, err
	}
	s.stamp, s.report = st, s.complete(f.report())
	return s, nil
}

func (s *Site) read() (file, stamp, error) {
	if s.cfg.File == "" {
		return file{}, stamp{}, nil
	}
	info, err := os.Stat(s.cfg.File)
	if err != nil {
		return file{}, stamp{}, fmt.Errorf("site-file: %w", err)
	}
	st := stamp{info.ModTime(), info.Size()}
	b, err := os.ReadFile(s.cfg.File)
	if err != nil {
		return file{}, st, fmt.Errorf("site-file: %w", err)
	}
	f, err := parse(b)
	if err == nil {
		err = s.fits(f)
	}
	if err != nil {
		err = fmt.Errorf("site-file: %s: %w", s.cfg.File, err)
	}
	return f, st, err
}

// fits checks that the report can be sent.
func (s *Site) fits(f file) error {
	b, err := json.Marshal(s.complete(f.report()))
	if err == nil && len(b) > jobsapi.MaxReport {
		err = fmt.Errorf("the report has %d bytes; at most %d are allowed", len(b), jobsapi.MaxReport)
	}
	return err
}

// Report is the site as its file says now.
func (s *Site) Report() jobsapi.SiteReport {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cfg.File == "" {
		return s.report
	}
	if info, err := os.Stat(s.cfg.File); err == nil && (stamp{info.ModTime(), info.Size()}) == s.stamp {
		return s.report
	}
	f, st, err := s.read()
	if st != s.stamp || err == nil { // each mistake is told once
		if err != nil {
			s.log.Warn("the site file is not used; the site stays as it was", "err", err)
		} else {
			s.report = s.complete(f.report())
			s.log.Info("the site file was read again", "file", s.cfg.File)
		}
	}
	s.stamp = st
	return s.report
}

// QueueName is the queue of a site whose file names none.
const QueueName = "normal"

// complete adds what every site has: a capacity, a queue and the program Date.
func (s *Site) complete(r jobsapi.SiteReport) jobsapi.SiteReport {
	c := r.Capacity
	c.Slots, c.Nodes = s.cfg.Slots, 1
	c.CPUs = cmp.Or(c.CPUs, s.cfg.Slots)
	c.Memory = cmp.Or(c.Memory, s.cfg.Memory)
	r.Capacity, r.Limits = c, s.cfg.Limits
	r.Tags = slices.Compact(slices.Sorted(slices.Values(slices.Concat(r.Tags, s.cfg.Tags))))
	if len(r.Queues) == 0 {
		r.Queues = []jobsapi.Queue{{Name: QueueName}}
	}
	for i, q := range r.Queues {
		r.Queues[i].Ranges = s.ranges(c, q.Ranges)
	}
	date := jobsapi.Application{Name: "Date", Version: "1.0"}
	if !slices.ContainsFunc(r.Applications, func(a jobsapi.ApplicationInfo) bool { return a.Application == date }) {
		r.Applications = append(slices.Clip(r.Applications), jobsapi.ApplicationInfo{
			Application: date, Description: "Prints the date and time of the site.", Executable: "/bin/date",
		})
	}
	return r
}

// ranges adds to the bounds of a queue those of the machine.
func (s *Site) ranges(c jobsapi.Capacity, given map[string]jobsapi.Range) map[string]jobsapi.Range {
	all := map[string]jobsapi.Range{
		"cpus":          {Min: 1, Max: int64(c.CPUs)},
		"cpus_per_node": {Min: 1, Max: int64(c.CPUs)},
		"nodes":         {Min: 1, Max: 1},
		"runtime":       {Min: 1, Max: int64(s.cfg.Longest / time.Second)},
	}
	if c.Memory > 0 {
		all["memory"] = jobsapi.Range{Min: 1, Max: c.Memory}
	}
	if c.GPUs > 0 {
		all["gpus"] = jobsapi.Range{Max: int64(c.GPUs)}
	}
	maps.Copy(all, given)
	return all
}
