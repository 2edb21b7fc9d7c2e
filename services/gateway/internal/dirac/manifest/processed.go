package manifest

import (
	"encoding/json"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Original is the manifest as it was submitted; nil if the job was not
// described by one.
func Original(j jobsapi.Job) json.RawMessage {
	if j.Spec.Origin == nil || j.Spec.Origin.Dialect != Dialect {
		return nil
	}
	return j.Spec.Origin.Document
}

// NoGroup is DIRAC's word for the JobGroup of a job that has none.
const NoGroup = "00000000"

// groupTag begins the tag that a JobGroup is kept as too: jobs are looked for
// by their tags, at this door and at the others.
const groupTag = "JobGroup:"

// GroupTag is the tag of the jobs of a JobGroup.
func GroupTag(group string) string { return groupTag + group }

// GroupOf is the JobGroup of any job.
func GroupOf(s jobsapi.Spec) string {
	if s.JobGroup != "" {
		return s.JobGroup
	}
	for _, t := range s.Tags {
		if g, ok := strings.CutPrefix(t, groupTag); ok {
			return g
		}
	}
	return NoGroup
}

// submitted is the submitted manifest in canonical form.
func submitted(j jobsapi.Job) lenient.Object {
	v, err := lenient.Parse(Original(j))
	if err != nil {
		return nil
	}
	doc, _ := v.(lenient.Object)
	m, _ := canonical(doc)
	filled, _ := replaced(m, strings.NewReplacer(Number, j.ID.Decimal())).(lenient.Object)
	return filled
}

// Processed is the manifest of any job after defaults, as DIRAC has it: as it
// was submitted, or else rendered from the job.
func Processed(j jobsapi.Job, vo string) lenient.Object {
	m := submitted(j)
	if Original(j) == nil {
		shown := j.Spec
		shown.Inputs = nil // they are in the input sandbox
		m = Render(shown)
	}
	otherwise := func(name string, value any) {
		if _, ok := m.Get(name); !ok {
			m = m.With(name, value)
		}
	}
	otherwise("JobName", "Name")
	otherwise("Arguments", "")
	m = m.With("StdOutput", or(j.Spec.Stdout, "stdout")).With("StdError", or(j.Spec.Stderr, "stderr"))
	otherwise("JobGroup", GroupOf(j.Spec))
	otherwise("JobType", "User")
	otherwise("CPUTime", defaultCPUTime)
	otherwise("Priority", j.Spec.Priority)
	otherwise("LogLevel", "INFO")
	otherwise("Site", []string{AnySite})
	if len(j.Spec.Inputs) > 0 {
		m = m.With(inputSandbox, append((&reader{Object: m}).list(inputSandbox), "SB:Heddle|/"+j.Storage()+"/input"))
	}
	return added(m, j, vo)
}

// added are the keys that the server adds.
func added(m lenient.Object, j jobsapi.Job, vo string) lenient.Object {
	m = m.With("JobID", uint64(j.ID)).With("Owner", j.OwnerName).With("OwnerGroup", j.Group).With("VirtualOrganization", vo)
	value := func(name string) any { v, _ := m.Get(name); return v }
	banned, _ := value("BannedSites").([]string)
	return m.With("JobRequirements", lenient.Object{
		{Name: "Owner", Value: j.OwnerName}, {Name: "OwnerGroup", Value: j.Group}, {Name: "VirtualOrganization", Value: vo},
		{Name: "UserPriority", Value: value("Priority")}, {Name: "CPUTime", Value: value("CPUTime")},
		{Name: "Sites", Value: value("Site")}, {Name: "BannedSites", Value: append([]string{}, banned...)},
	})
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
