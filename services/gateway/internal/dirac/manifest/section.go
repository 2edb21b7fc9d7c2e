package manifest

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Section is the manifest's section for what DIRAC has no keys for: a
// description in the words of Heddle's own API. A key of the manifest wins
// over the section.
const Section = "Heddle"

// section reads it.
func (r *reader) section() jobsapi.Spec {
	var spec jobsapi.Spec
	v, ok := r.Get(Section)
	if !ok {
		return spec
	}
	text, err := json.Marshal(v)
	if err == nil {
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.DisallowUnknownFields()
		err = dec.Decode(&spec)
	}
	if err != nil {
		r.problem(Section, "is no section of the fields of a job's description: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if spec.Origin != nil || spec.Parent != nil {
		r.problem(Section, "cannot have origin and parent: the server sets them")
	}
	return spec
}

// leftover is the section for what the keys of a rendered manifest leave
// out; nil: nothing.
func leftover(s jobsapi.Spec) any {
	directory := s.Empty()
	s.Origin, s.Parent = nil, nil
	s.Imports = s.Imports[:len(s.Imports)-len(Sandboxes(s))]
	s.Stdout, s.Stderr, s.Outputs, s.Priority, s.Site, s.Sites, s.BannedSites, s.Requires = "", "", nil, 0, "", nil, nil, nil
	s.Tags = labels(s)
	if s.Limits.CPUs <= maxProcessors {
		s.Limits.CPUs = 0
	}
	if fitsName(s.Name) {
		s.Name = ""
	}
	if fitsGroup(s.JobGroup) {
		s.JobGroup = ""
	}
	if slices.Contains(jobTypes, s.JobType) {
		s.JobType = ""
	}
	if fitsCPUTime(s.Limits.CPUTime) {
		s.Limits.CPUTime = 0
	}
	if fitsEnvironment(s.Environment) {
		s.Environment = nil
	}
	if !directory && plain(s) {
		s.Executable, s.Arguments = "", nil
	}
	text, _ := json.Marshal(s) // of texts, numbers and times
	if string(text) == "{}" && !directory {
		return nil
	}
	v, _ := lenient.Parse(text)
	return v
}

// plain reports whether DIRAC's keys can describe a command.
func plain(s jobsapi.Spec) bool {
	return s.Application == nil && strings.TrimSpace(s.Executable) != "" && !strings.Contains(s.Executable, "\n")
}

// labels are a job's own tags, without that of its group.
func labels(s jobsapi.Spec) []string {
	return slices.DeleteFunc(slices.Clone(s.Tags), func(t string) bool { return t == GroupTag(GroupOf(s)) })
}

func fitsName(s string) bool  { return len([]rune(s)) <= maxName }
func fitsGroup(s string) bool { return len([]rune(s)) <= maxGroup }

func fitsCPUTime(n int64) bool { return n >= minCPUTime && n <= maxCPUTime }

func fitsEnvironment(env map[string]string) bool {
	for name := range maps.Keys(env) {
		if !jobsapi.Variable(name) {
			return false
		}
	}
	return true
}
