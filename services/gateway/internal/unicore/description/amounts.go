package description

import (
	"fmt"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore/description/formula"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// variablesOf are those of a job as the formulas of its resources see them: those that it
// sets itself. What its application or its site sets is not known here.
func variablesOf(doc lenient.Object) formula.Lookup {
	r, spec := &reader{}, jobsapi.Spec{} // what is wrong with them is told elsewhere
	parameters := r.variables(doc, "Parameters", &spec)
	environment := r.variables(doc, "Environment", &spec)
	return func(name string) (string, error) {
		if v, ok := environment[name]; ok {
			return v, nil
		}
		if slices.ContainsFunc(spec.Sweep, func(a jobsapi.Axis) bool { return a.Name == name }) {
			return "", fmt.Errorf("%s differs from one part of the sweep to the next; all of them get the same resources", name)
		}
		if v, ok := parameters[name]; ok {
			return v, nil
		}
		return "", fmt.Errorf("%s is none of the job's Parameters and Environment", name)
	}
}

// amount reads one resource, in which formulas may stand. A problem with what
// they come to tells of them too.
func (r *reader) amount(name, key, text string, doc lenient.Object, spec *jobsapi.Spec) {
	if !formula.In(text) {
		r.resource(name, key, text, spec)
		return
	}
	value, err := formula.Expand(text, variablesOf(doc))
	switch {
	case err != nil:
		r.problem(key, "%v", err)
		return
	case strings.ContainsRune(value, 0):
		r.problem(key, "%q comes to a text with a NUL", text)
		return
	}
	before := len(r.problems)
	r.resource(name, key, value, spec)
	for i := range r.problems[before:] {
		r.problems[before+i].Message += fmt.Sprintf(" (it is what %q comes to)", text)
	}
}
