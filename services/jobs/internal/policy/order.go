package policy

import (
	"slices"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Step is one thing to do in a stage: an input to write, or a transfer to make.
type Step struct {
	Transfer
	Input Input
}

// Input is one input that is still to be written.
type Input struct {
	jobsapi.Input
	Number int // which, from 1; 0: the step is a transfer
}

// Failed says in words for the owner why it will never be done.
func (s Step) Failed(why string) string {
	if s.Input.Number > 0 {
		return unwritten(s.Input.Input, why)
	}
	return s.Transfer.Failed(why)
}

// Optional reports whether the job goes on without it.
func (s Step) Optional() bool { return s.Input.Optional || s.Transfer.Optional }

// Passing reports whether its error may go away by itself.
func (s Step) Passing(err error) bool {
	if s.Input.Number > 0 {
		return Unready(err)
	}
	return Passing(err)
}

// Steps are those of the stage that a job is in, in the order of its
// description: each input after as many imports as it says. Imports that a
// sweep varies count, though it is the children who bring them.
func Steps(j jobsapi.Job) []Step {
	var list []Step
	if j.State == jobsapi.StagingOut {
		for _, t := range Transfers(j) {
			list = append(list, Step{Transfer: t})
		}
		return list
	}
	shared, inputs := Transfers(j), inputs(j)
	for i := range len(j.Spec.Imports) + 1 {
		for len(inputs) > 0 && inputs[0].After <= i {
			list, inputs = append(list, Step{Input: inputs[0]}), inputs[1:]
		}
		if i < len(j.Spec.Imports) && !j.Spec.Varies(i) {
			list, shared = append(list, Step{Transfer: shared[0]}), shared[1:]
		}
	}
	return list
}

// inputs are those of a job in the order in which they are written.
func inputs(j jobsapi.Job) []Input {
	list := make([]Input, len(j.Spec.Inputs))
	for i, in := range j.Spec.Inputs {
		list[i] = Input{again(j, in), i + 1}
	}
	slices.SortStableFunc(list, func(a, b Input) int { return a.After - b.After })
	return list
}

// again is an input as it is to be written this time.
func again(j jobsapi.Job, in jobsapi.Input) jobsapi.Input {
	if j.Reschedules > 0 && in.Mode == jobsapi.NoOverwrite {
		in.Mode = jobsapi.Overwrite // what is there, the job itself has brought before
	}
	return in
}

// Next is the first step of the stage that is not done with.
func Next(j jobsapi.Job) (s Step, ok bool) {
	for _, s := range Steps(j) {
		done, number := j.Carried, s.Number
		if s.Input.Number > 0 {
			done, number = j.Written, s.Input.Number
		}
		if !slices.Contains(done, number) {
			return s, true
		}
	}
	return Step{}, false
}

// OneByOne reports whether each step must be noted when it is done: because
// it takes long, or is not the same when it is done twice, or may be left out.
func OneByOne(j jobsapi.Job) bool {
	return len(Transfers(j)) > 0 || slices.ContainsFunc(j.Spec.Inputs, func(in jobsapi.Input) bool {
		return in.Mode == jobsapi.Append || in.Mode == jobsapi.NoOverwrite || in.Optional
	})
}
