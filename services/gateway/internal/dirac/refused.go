package dirac

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/dirac/manifest"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// refused says in DIRAC's words what the jobs service says about a submit; of
// several jobs it speaks of the first that is refused, by its number.
func refused(err error, specs []jobsapi.Spec) error {
	if err == nil {
		return nil
	}
	f := *fault.From(err)
	at, fields := -1, []fault.Field(nil)
	for _, field := range f.Fields {
		i, name := place(field.Name)
		if at < 0 {
			at = i
		}
		if i == at {
			fields = append(fields, fault.Field{Name: name, Message: field.Message})
		}
	}
	f.Fields = fields
	if at >= 0 && at < len(specs) && len(specs) > 1 {
		f.Message = fmt.Sprintf("Job %d of %d: %s", at+1, len(specs), f.Message)
	}
	var spec jobsapi.Spec
	if i := max(at, 0); i < len(specs) {
		spec = specs[i]
	}
	for i, field := range f.Fields {
		if f.Fields[i].Name = manifest.NameOf(spec, field.Name); field.Name == "site" { // whichever key has kept the job from it
			f.Fields[i].Name = siteKey(spec)
		}
	}
	return &f
}

// siteKey is the key that says where a job may not run.
func siteKey(s jobsapi.Spec) string {
	if s.Site == "" && len(s.Sites) == 0 && len(s.BannedSites) > 0 {
		return "BannedSites"
	}
	return "Site"
}

// place takes the number of the job off a field of a batch; -1 is none.
func place(name string) (int, string) {
	rest, ok := strings.CutPrefix(name, "specs[")
	number, field, found := strings.Cut(rest, "].")
	i, err := strconv.Atoi(number)
	if !ok || !found || err != nil {
		return -1, name
	}
	return i, field
}
