package dirac

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/gateway/internal/dirac/manifest"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// attribute is one thing that is known of a job, by DIRAC's name and by the
// name in replies.
type attribute struct {
	name, short string
	of          func(jobView) string
}

var attributes = []attribute{
	{"JobID", "jid", func(v jobView) string { return strconv.FormatUint(v.JID, 10) }},
	{"Status", "status", func(v jobView) string { return v.Status }},
	{"MinorStatus", "minorStatus", func(v jobView) string { return v.MinorStatus }},
	{"ApplicationStatus", "appStatus", func(v jobView) string { return v.AppStatus }},
	{"Site", "site", func(v jobView) string { return v.Site }},
	{"JobName", "name", func(v jobView) string { return v.Name }},
	{"JobGroup", "jobGroup", func(v jobView) string { return v.JobGroup }},
	{"Owner", "owner", func(v jobView) string { return v.Owner }},
	{"OwnerDN", "ownerDN", func(v jobView) string { return v.OwnerDN }},
	{"OwnerGroup", "ownerGroup", func(v jobView) string { return v.OwnerGroup }},
	{"DIRACSetup", "setup", func(v jobView) string { return v.Setup }},
	{"UserPriority", "priority", func(v jobView) string { return strconv.Itoa(v.Priority) }},
	{"CPUTime", "cpuTime", func(v jobView) string { return strconv.FormatInt(v.CPUTime, 10) }},
	{"RescheduleCounter", "reschedules", func(v jobView) string { return strconv.Itoa(v.Reschedules) }},
	{"VerifiedFlag", "verified", flag("verified")},
	{"RetrievedFlag", "retrieved", flag("retrieved")},
	{"AccountedFlag", "accounted", flag("accounted")},
	{"OSandboxReadyFlag", "outputSandboxReady", flag("outputSandboxReady")},
	{"ISandboxReadyFlag", "inputSandboxReady", flag("inputSandboxReady")},
	{"DeletedFlag", "deleted", flag("deleted")},
	{"KilledFlag", "killed", flag("killed")},
}

func flag(name string) func(jobView) string {
	return func(v jobView) string { return strconv.FormatBool(v.Flags[name]) }
}

func find(name string) (attribute, bool) {
	i := slices.IndexFunc(attributes, func(a attribute) bool { return a.name == name || a.short == name })
	if i < 0 {
		return attribute{}, false
	}
	return attributes[i], true
}

// filter is what a list is restricted to: what the jobs service can look for
// itself, and what has to be looked at job by job.
type filter struct {
	request jobsapi.ListRequest
	rest    []restriction
	until   string // when a job last changed at the latest, as DIRAC writes times
	nothing bool   // no job can be meant
}

type restriction struct {
	attribute
	values []string
}

func (r restriction) admits(v jobView) bool { return slices.Contains(r.values, r.of(v)) }

func (f filter) admits(v jobView) bool {
	return (f.until == "" || v.Times["lastUpdate"] <= f.until) && !slices.ContainsFunc(f.rest, func(r restriction) bool { return !r.admits(v) })
}

// newFilter reads the restrictions of a query; unknown keys are ignored. Both
// spellings of an attribute are one key.
func newFilter(q url.Values, me who.Principal) (filter, error) {
	f := filter{}
	all, err := boolean(q, "allOwners", false)
	if err != nil {
		return f, err
	}
	f.request.All = all
	if err := f.dates(q); err != nil {
		return f, err
	}
	for _, a := range attributes {
		values := slices.Concat(q[a.name], q[a.short])
		if len(values) == 0 {
			continue
		}
		if values, err = a.checked(values); err != nil {
			return filter{}, err
		}
		if !f.push(a.name, values, me) {
			f.rest = append(f.rest, restriction{a, values})
		}
	}
	return f, nil
}

// scans reports whether jobs have to be looked at one by one.
func (f filter) scans() bool { return len(f.rest) > 0 || f.until != "" }

// dates reads when a job last changed: not before FromDate and LastUpdate, and
// not after ToDate.
func (f *filter) dates(q url.Values) error {
	for _, name := range []string{"FromDate", "LastUpdate", "ToDate"} {
		if !q.Has(name) {
			continue
		}
		at, err := date(q.Get(name))
		if err != nil {
			return invalid(name, "%q is no time like 2026-11-21 10:00:00", q.Get(name))
		}
		if name == "ToDate" {
			f.until = at.Format(timeFormat)
		} else if at.After(f.request.Since) {
			f.request.Since = at
		}
	}
	return nil
}

// date reads a time in UTC: DIRAC's form, without seconds or hours too, or
// that of RFC 3339.
func date(s string) (time.Time, error) {
	for _, layout := range []string{timeFormat, "2006-01-02 15:04", time.DateOnly, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	t, err := time.Parse(time.RFC3339, s)
	return t.UTC(), err
}

// checked refuses values that the attribute cannot have, and spells flags in
// one way.
func (a attribute) checked(values []string) ([]string, error) {
	out := slices.Clone(values)
	for i, v := range values {
		switch a.name {
		case "JobID", "UserPriority", "CPUTime", "RescheduleCounter":
			if _, err := strconv.ParseInt(v, 10, 64); err != nil {
				return nil, invalid(a.name, "%q is no integer", v)
			}
		}
		if strings.HasSuffix(a.name, "Flag") {
			b, ok := truth(v)
			if !ok {
				return nil, invalid(a.name, "%q is neither true nor false", v)
			}
			out[i] = strconv.FormatBool(b)
		}
	}
	return out, nil
}

// push leaves a restriction to the jobs service, if it knows how.
func (f *filter) push(name string, values []string, me who.Principal) bool {
	switch name {
	case "Status":
		f.request.States = statesOf(values)
		f.nothing = f.nothing || len(f.request.States) == 0
	case "JobName":
		f.request.Names = renamed(values, unnamed)
	case "Site":
		if slices.Contains(values, severalSites) || slices.Contains(values, manifest.AnySite) { // of what is asked, and not of where it is
			return false
		}
		f.request.Sites = values
	case "OwnerGroup":
		f.request.Groups = values
	case "Owner":
		if f.request.All {
			f.request.Owners = values
		}
		f.nothing = f.nothing || !f.request.All && !slices.Contains(values, me.Name)
	case "JobGroup":
		if len(values) != 1 || values[0] == manifest.NoGroup {
			return false
		}
		f.request.Tags = []string{manifest.GroupTag(values[0])}
	default:
		return false
	}
	return true
}

// renamed also asks for what has no name, where DIRAC's word for that is
// among the values.
func renamed(values []string, none string) []string {
	if slices.Contains(values, none) {
		return append(slices.Clip(values), "")
	}
	return values
}
