package policy

import (
	"encoding/base64"
	"path"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Transfer is one import or export that is still to be done.
type Transfer struct {
	jobsapi.Transfer
	Number int // which, from 1
	Out    bool
}

// Inside is its end in the working directory.
func (t Transfer) Inside() string {
	if t.Out {
		return t.From
	}
	return t.To
}

// Failed says in words for the owner why it will never be done.
func (t Transfer) Failed(why string) string {
	if t.Out {
		return "The output " + t.From + " could not be sent: " + why
	}
	return "The input " + t.To + " could not be brought: " + why
}

// Transfers are those of the stage that a job is in, in their order.
func Transfers(j jobsapi.Job) []Transfer {
	all, out := j.Spec.Shared(), j.State == jobsapi.StagingOut
	if out {
		all = j.Spec.Exports
	}
	list := make([]Transfer, len(all))
	for i, t := range all {
		list[i] = Transfer{Transfer: t, Number: i + 1, Out: out}
	}
	return list
}

// Named are the secrets that the transfers of the stage want.
func Named(j jobsapi.Job) []string {
	var names []string
	for _, t := range Transfers(j) {
		if t.Secret != "" && !slices.Contains(names, t.Secret) {
			names = append(names, t.Secret)
		}
	}
	return names
}

// Carry is what the files service is asked for.
func (t Transfer) Carry(j jobsapi.Job, secret jobsapi.Secret) filesapi.Carry {
	c := filesapi.Carry{
		Path: filesapi.Path{Storage: j.Storage(), Path: inside(j, t.Inside())},
		URL:  t.From, Out: t.Out, As: j.Owner, Mode: t.Mode, Permissions: t.Permissions, ReadOnly: t.ReadOnly,
		Extra: t.Extra, Authorization: authorization(secret),
	}
	if t.Out {
		c.URL = t.To
	}
	if !t.Out && j.Reschedules > 0 && c.Mode == filesapi.CarryNoOverwrite {
		c.Mode = filesapi.CarryOverwrite // what is there, the job itself has brought before
	}
	return c
}

// inside is a path in the job's directory. A slash at its end stays: it says
// that a directory is meant.
func inside(j jobsapi.Job, at string) string {
	p := path.Join(j.Dir(), at)
	if strings.HasSuffix(at, "/") {
		p += "/"
	}
	return p
}

// authorization is the header that a secret makes; empty: none.
func authorization(s jobsapi.Secret) string {
	switch {
	case s.Username != "" || s.Password != "":
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(s.Username+":"+s.Password))
	case s.Bearer != "":
		return "Bearer " + s.Bearer
	case s.Token != "":
		return "Token " + s.Token
	default:
		return ""
	}
}
