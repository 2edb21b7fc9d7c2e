package manifest

import (
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// AnySite is DIRAC's word for a job that may run anywhere.
const AnySite = "ANY"

// places reads where the job may run and what it needs there. A site need not
// be known: its runners may come later.
func (r *reader) places(spec *jobsapi.Spec) {
	wanted, banned := r.list("Site"), r.list("BannedSites")
	if slices.Contains(wanted, AnySite) {
		wanted = nil
	}
	allowed := slices.DeleteFunc(slices.Clone(wanted), func(s string) bool { return slices.Contains(banned, s) })
	if len(wanted) > 0 && len(allowed) == 0 || slices.Contains(allowed, "") {
		r.problem("Site", "no site is left to run at")
	}
	spec.Site, spec.Sites, spec.BannedSites, spec.Requires = "", wanted, banned, r.list("Tags")
	if len(wanted) == 1 {
		spec.Site, spec.Sites = wanted[0], nil
	}
}

const maxProcessors = 1024

// processors reads how many cores the job wants, and for how long.
func (r *reader) processors(need *jobsapi.Resources) {
	low := r.within("MinNumberOfProcessors", 1, 1, maxProcessors)
	high := r.within("MaxNumberOfProcessors", low, 1, maxProcessors)
	if high < low {
		r.problem("MaxNumberOfProcessors", "is less than the minimum")
	}
	if n := r.within("NumberOfProcessors", 0, 1, maxProcessors); n > 0 {
		low = n
	}
	if low > 1 { // one is what every job has
		need.CPUs = int(low)
	}
	if n := r.within("CPUTime", 0, minCPUTime, maxCPUTime); n > 0 {
		need.CPUTime = n
	}
}

// Bounds of CPUTime, in seconds.
const minCPUTime, maxCPUTime, defaultCPUTime = 100, 500000, 86400

// labels reads what people call the job and sort it by.
func (r *reader) labels(spec *jobsapi.Spec) {
	if _, ok := r.Get("JobName"); ok {
		spec.Name = r.short("JobName", maxName)
	}
	if _, ok := r.Get("JobType"); ok {
		spec.JobType = r.text("JobType")
	}
	if g := r.short("JobGroup", maxGroup); g != "" && g != NoGroup {
		spec.JobGroup = g
	}
	if spec.JobGroup != "" {
		spec.Tags = append(spec.Tags, GroupTag(spec.JobGroup))
	}
}

// Bounds of names, in characters.
const maxName, maxGroup = 128, 32

var (
	jobTypes  = []string{"User", "Test", "Hospital"}
	logLevels = []string{"ALWAYS", "DEBUG", "ERROR", "FATAL", "INFO", "NOTICE", "VERBOSE", "WARN"}
)

// checked checks what only DIRAC's own attributes need.
func (r *reader) checked() {
	if t := r.text("JobType"); t != "" && !slices.Contains(jobTypes, t) {
		r.problem("JobType", "must be one of %s", strings.Join(jobTypes, ", "))
	}
	if l := r.text("LogLevel"); l != "" && !slices.Contains(logLevels, strings.ToUpper(l)) {
		r.problem("LogLevel", "must be one of %s", strings.Join(logLevels, ", "))
	}
}

// notOffered refuses what would otherwise be ignored to the user's surprise.
func (r *reader) notOffered() {
	for _, name := range []string{"InputData", "OutputData"} {
		if _, ok := r.Get(name); ok {
			r.problem(name, "is not offered yet")
		}
	}
}
