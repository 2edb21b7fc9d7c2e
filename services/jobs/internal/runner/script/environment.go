package script

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// variable is one name of the job's environment.
type variable struct{ name, value string }

var reference = regexp.MustCompile(`\$\{?([A-Za-z_][A-Za-z0-9_]*)`)

// merged are the variables of a job: its environment over its parameters.
func merged(parameters, environment map[string]string) map[string]string {
	if len(parameters) == 0 {
		return environment
	}
	all := maps.Clone(parameters)
	maps.Copy(all, environment)
	return all
}

// split parts an environment into the variables that a shell would leave
// alone and those whose values expand. The latter are in such an order that
// each comes after those that it refers to.
func split(env map[string]string) (plain map[string]string, exports []variable) {
	plain = map[string]string{}
	expand := map[string]string{}
	for name, value := range env {
		if jobsapi.Variable(name) && strings.ContainsAny(value, "$`\\") {
			expand[name] = value
			continue
		}
		plain[name] = value
	}
	seen := map[string]bool{}
	var visit func(string)
	visit = func(name string) {
		value, ours := expand[name]
		if !ours || seen[name] {
			return
		}
		seen[name] = true
		for _, m := range reference.FindAllStringSubmatch(value, -1) {
			visit(m[1])
		}
		exports = append(exports, variable{name, value})
	}
	for _, name := range slices.Sorted(maps.Keys(expand)) {
		visit(name)
	}
	return plain, exports
}
