package job

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Children is how many children a sweep has: one for each combination of its
// values. It is 0 for a job that is no sweep.
func (s Spec) Children() int {
	if len(s.Sweep) == 0 {
		return 0
	}
	n := 1
	for _, a := range s.Sweep {
		n *= len(a.Values)
	}
	return n
}

// Values are those of a child, in the order of the axes. The last axis
// changes fastest.
func (s Spec) Values(index int) []string {
	values := make([]string, len(s.Sweep))
	for i, a := range slices.Backward(s.Sweep) {
		values[i] = a.Values[index%len(a.Values)]
		index /= len(a.Values)
	}
	return values
}

// Child is the description of a child. What all children share stays with the
// parent: its files are brought and sent once, and it alone waits, is held
// and tells of itself.
func (s Spec) Child(parent string, round, index int) Spec {
	c := s
	c.Inputs, c.Imports, c.Exports, c.Origin, c.Sweep = nil, nil, nil, nil, nil
	c.Awaits, c.NotBefore, c.Hold, c.ClientStageIn, c.Notify = nil, time.Time{}, false, false, nil
	c.Parent = &Parent{Job: parent, Index: index, Round: round, Dir: strconv.Itoa(index)}
	c.Arguments, c.Parameters = slices.Clone(s.Arguments), maps.Clone(s.Parameters)
	for i, v := range s.Values(index) {
		c.set(s, s.Sweep[i], v)
	}
	return c
}

// set gives a child its value on an axis.
func (s *Spec) set(parent Spec, a Axis, v string) {
	switch a.Kind {
	case SweepParameter:
		if s.Parameters == nil {
			s.Parameters = map[string]string{}
		}
		s.Parameters[a.Name] = v
	case SweepArgument:
		s.Arguments[a.At] = v
	case SweepImport:
		t := parent.Imports[a.At]
		t.From = v
		s.Imports = append(s.Imports, t)
	}
}

// Shared are the imports that a job brings itself: those of a sweep that no
// axis varies.
func (s Spec) Shared() []Transfer {
	var rest []Transfer
	for i, t := range s.Imports {
		if !s.Varies(i) {
			rest = append(rest, t)
		}
	}
	return rest
}

// Varies reports whether an axis varies the import of that index.
func (s Spec) Varies(i int) bool {
	return slices.ContainsFunc(s.Sweep, func(a Axis) bool { return a.Kind == SweepImport && a.At == i })
}

// Opens reports whether a transfer needs a secret.
func (s Spec) Opens() bool {
	return slices.ContainsFunc(s.Imports, Transfer.opens) || slices.ContainsFunc(s.Exports, Transfer.opens)
}

func (t Transfer) opens() bool { return t.Secret != "" }

// brings reports whether there is anything to bring before the job can run.
func (s Spec) brings() bool { return len(s.Inputs)+len(s.Shared()) > 0 }

// endChild counts each child once. With the last one the parent ends.
func endChild(j Job, c EndChild) ([]Event, error) {
	late := j.State != Running || j.Children.Total == 0 || c.Round != j.Children.Round
	if late || c.Index < 0 || c.Index >= j.Children.Total || slices.Contains(j.ended, c.Index) {
		return nil, nil
	}
	return then(j, []Event{ChildEnded(c)}, complete), nil
}

// complete is what follows when the last child has ended.
func complete(j Job) []Event {
	n := j.Children
	switch {
	case n.Succeeded+n.Failed < n.Total:
		return nil
	case j.Aborting:
		return []Event{JobAborted{Reason: j.Reason}}
	case n.Failed > 0:
		return []Event{JobFailed{Reason: fmt.Sprintf("%d of %d children failed.", n.Failed, n.Total)}}
	default:
		return []Event{succeed(j)}
	}
}
