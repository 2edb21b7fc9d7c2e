// Package manifest turns a DIRAC job manifest, the JSON form of a JDL, into a
// canonical job and back. It is separate from the HTTP side of the dialect
// because it is pure: a document in, a Spec or a list of its mistakes out.
package manifest

import (
	"encoding/json"
	"fmt"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Dialect is the name in the Origin of the jobs that are described here.
const Dialect = "dirac"

// CodeInvalid and CodeRefused are the codes of the faults of Translate; DIRAC
// has the numbers 1501 and 1503 for them.
const (
	CodeInvalid = "invalid_manifest"
	CodeRefused = "submission_refused"
)

// Setting is what a manifest is read in.
type Setting struct {
	Caller who.Principal
	VO     string // the one virtual organization that there is

	// Files are the names of the files that came with the manifest, and
	// Sandbox is the name of the sandbox that they were packed into; empty:
	// none came.
	Files   []string
	Sandbox string
}

// Number is the placeholder of the job's id in decimal digits, which the jobs
// service fills in.
const Number = "%j"

// Translate reads a manifest. A wrong one is one Invalid fault that names
// every offending key; one on somebody else's behalf is Denied.
//
// The program is started with the words of Arguments, split as a shell would
// split them, quotes and backslashes included, but nothing expands and no
// shell is started: "hello world" are two arguments, "'hello world'" is one,
// and $HOME is five characters.
func Translate(doc lenient.Object, in Setting) (jobsapi.Spec, error) {
	doc = withSandbox(doc, in.Sandbox)
	m, problems := canonical(doc)
	r := &reader{Object: m, problems: problems}
	spec := r.section()
	r.command(&spec)
	r.labels(&spec)
	r.places(&spec)
	r.processors(&spec.Limits)
	spec.Priority = int(r.within("Priority", 1, 0, 10))
	spec.Stdout, spec.Stderr = r.path("StdOutput", "std.out"), r.path("StdError", "std.err")
	spec.Outputs = r.paths("OutputSandbox")
	if env := r.environment(); env != nil {
		spec.Environment = env
	}
	r.sandbox(&spec, in)
	r.checked()
	r.notOffered()
	if len(r.problems) > 0 {
		f := fault.New(fault.Invalid, CodeInvalid, "The manifest is not valid.")
		f.Fields = r.problems
		return jobsapi.Spec{}, f
	}
	if err := r.onBehalf(in); err != nil {
		return jobsapi.Spec{}, err
	}
	original, err := json.Marshal(doc)
	if err != nil {
		return jobsapi.Spec{}, fmt.Errorf("dirac manifest: %w", err)
	}
	spec.Origin = &jobsapi.Origin{Dialect: Dialect, Document: original}
	return spec, nil
}

// onBehalf refuses a manifest that claims to be somebody else's.
func (r *reader) onBehalf(in Setting) error {
	for _, claim := range []struct{ key, true string }{
		{"Owner", in.Caller.Name}, {"OwnerGroup", in.Caller.Group}, {"VirtualOrganization", in.VO},
	} {
		if got := r.text(claim.key); got != "" && got != claim.true {
			return fault.New(fault.Denied, CodeRefused, "You cannot submit with this %s.", claim.key).
				WithField(claim.key, "%q is not %q", got, claim.true)
		}
	}
	return nil
}
