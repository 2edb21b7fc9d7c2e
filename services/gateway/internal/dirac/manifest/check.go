package manifest

import (
	"path"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// AnySite is DIRAC's word for a job that may run anywhere.
const AnySite = "ANY"

// site picks the site that a manifest restricts the job to: the first of its
// sites that is known here and not banned, or else the first that may yet
// come to be; empty is any site. Where the manifest bans sites, the job is
// bound to one of those that remain.
func (r *reader) site(known []string) string {
	wanted, banned := r.list("Site"), r.list("BannedSites")
	if slices.Contains(wanted, AnySite) {
		wanted = nil
	}
	if len(wanted) == 0 && len(banned) == 0 {
		return ""
	}
	if len(wanted) == 0 {
		wanted = known
	}
	allowed := slices.DeleteFunc(slices.Clone(wanted), func(s string) bool { return slices.Contains(banned, s) })
	if len(allowed) == 0 || slices.Contains(allowed, "") {
		r.problem("Site", "no site is left to run at")
		return ""
	}
	for _, s := range allowed {
		if slices.Contains(known, s) {
			return s
		}
	}
	return allowed[0]
}

// processors reads how many cores the job wants.
func (r *reader) processors() jobsapi.Resources {
	low := r.within("MinNumberOfProcessors", 1, 1, 1024)
	high := r.within("MaxNumberOfProcessors", low, 1, 1024)
	if high < low {
		r.problem("MaxNumberOfProcessors", "is less than the minimum")
	}
	if n := r.within("NumberOfProcessors", 0, 1, 1024); n > 0 {
		low = n
	}
	if low == 1 {
		return jobsapi.Resources{} // what every job has
	}
	return jobsapi.Resources{CPUs: int(low)}
}

// sandbox checks the names of InputSandbox against the files that came.
func (r *reader) sandbox(files []jobsapi.Input) {
	for _, name := range r.list("InputSandbox") {
		switch {
		case strings.HasPrefix(name, "LFN:"), strings.HasPrefix(name, "SB:"):
			r.problem("InputSandbox", "%q: files from storage are not offered yet; send the file with the request", name)
		case !slices.ContainsFunc(files, func(f jobsapi.Input) bool { return f.Path == path.Base(name) }):
			r.problem("InputSandbox", "%q did not come with the request", name)
		}
	}
}

var (
	jobTypes  = []string{"User", "Test", "Hospital"}
	logLevels = []string{"ALWAYS", "DEBUG", "ERROR", "FATAL", "INFO", "NOTICE", "VERBOSE", "WARN"}
)

// checked checks what only DIRAC's own attributes need.
func (r *reader) checked() {
	r.short("JobGroup", 32)
	r.within("CPUTime", 86400, 100, 500000)
	if t := r.text("JobType"); t != "" && !slices.Contains(jobTypes, t) {
		r.problem("JobType", "must be one of %s", strings.Join(jobTypes, ", "))
	}
	if l := r.text("LogLevel"); l != "" && !slices.Contains(logLevels, strings.ToUpper(l)) {
		r.problem("LogLevel", "must be one of %s", strings.Join(logLevels, ", "))
	}
}

// notOffered refuses what would otherwise be ignored to the user's surprise.
func (r *reader) notOffered() {
	for _, m := range r.Object {
		lower := strings.ToLower(m.Name)
		if lower == "inputdata" || lower == "outputdata" || strings.HasPrefix(lower, "parameter") {
			r.problem(m.Name, "not offered yet")
		}
		if s, ok := m.Value.(string); ok && strings.Contains(s, "%j") {
			r.problem(m.Name, "the placeholder %%j is not offered yet")
		}
	}
}
