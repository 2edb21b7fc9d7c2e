package app

import (
	"slices"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func maySubmit(p who.Principal) error {
	if !token(p.ID) {
		return fault.New(fault.Denied, "job.owner", "This user cannot own jobs.")
	}
	if p.Limited { // such proxies go with the jobs themselves, to fetch their files
		return fault.New(fault.Denied, jobsapi.CodeLimited, "A limited proxy certificate may not submit jobs.")
	}
	if p.VO != "" && !slices.Contains(p.Properties, normalUser) { // groups of no VO know no properties
		return fault.New(fault.Denied, jobsapi.CodeNoSubmit, "The group %s of the virtual organization %s may not submit jobs: it has not the property %s.",
			p.Group, p.VO, normalUser)
	}
	return nil
}

// expiry is when a job that is submitted now is destroyed; zero: never.
func (a *App) expiry() time.Time {
	if a.Keep <= 0 {
		return time.Time{}
	}
	return a.Now().Add(a.Keep).UTC().Truncate(time.Second)
}

func groupOf(p who.Principal, asked string) (string, error) {
	if asked == "" || asked == p.Group || slices.Contains(p.Groups, asked) {
		if asked == "" {
			asked = p.Group
		}
		return asked, nil
	}
	return "", fault.New(fault.Denied, "job.group", "You are not a member of that group.").WithField("group", "you are not a member")
}
