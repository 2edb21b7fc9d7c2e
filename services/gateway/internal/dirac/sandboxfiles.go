package dirac

import (
	"path"
	"slices"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// files are what inputs amount to, each path once: other doors let one input
// add to another, or give way to it.
func files(inputs []jobsapi.Input) []jobsapi.Input {
	inputs = slices.Clone(inputs)
	slices.SortStableFunc(inputs, func(a, b jobsapi.Input) int { return a.After - b.After })
	at := make(map[string]int, len(inputs))
	var all []jobsapi.Input
	for _, in := range inputs {
		name := path.Clean(in.Path)
		i, there := at[name]
		switch {
		case !there:
			at[name] = len(all)
			all = append(all, in)
		case in.Mode == jobsapi.Append:
			all[i].Data += in.Data
		case in.Mode != jobsapi.NoOverwrite:
			all[i] = in
		}
	}
	return all
}
