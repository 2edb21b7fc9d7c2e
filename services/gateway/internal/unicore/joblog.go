package unicore

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// logLines are what has happened to a job. Where the children of a sweep are
// made there is a line for each, with its values.
func logLines(j jobsapi.Job) []string {
	lines := []string{}
	round := firstRound(j)
	for _, step := range j.History {
		at := stamp(step.At) + ": "
		switch step.Event {
		case jobsapi.EventRestarted: // the word that UNICORE's users look for
			lines = append(lines, at+"RESTARTING. "+step.Text)
		case jobsapi.EventSweepStarted:
			lines = append(lines, at+step.Text)
			for i := range j.Spec.Children() {
				lines = append(lines, at+jobsapi.ChildID(j, round, i).String()+" : "+valuesOf(j.Spec, i))
			}
			round++
		default:
			lines = append(lines, at+step.Text)
		}
	}
	return lines
}

// firstRound is the round of a sweep that its history begins with.
func firstRound(j jobsapi.Job) int {
	if j.Children == nil {
		return 0
	}
	round := j.Children.Round + 1
	for _, step := range j.History {
		if step.Event == jobsapi.EventSweepStarted {
			round--
		}
	}
	return round
}

// valuesOf tells what a child differs in from the others.
func valuesOf(s jobsapi.Spec, index int) string {
	var all []string
	for i, v := range s.Values(index) {
		switch a := s.Sweep[i]; a.Kind {
		case jobsapi.SweepParameter:
			all = append(all, fmt.Sprintf("param:'%s'='%s'", a.Name, v))
		case jobsapi.SweepArgument:
			all = append(all, fmt.Sprintf("arg:'%d'='%s'", a.At, v))
		case jobsapi.SweepImport:
			all = append(all, fmt.Sprintf("file:'%s'='%s'", brought(s, a.At), v))
		}
	}
	return strings.ReplaceAll(strings.Join(all, " "), "\n", " ")
}

func brought(s jobsapi.Spec, at int) string {
	if at < len(s.Imports) {
		return s.Imports[at].To
	}
	return strconv.Itoa(at)
}

// consumed says how long the job was in its stages, in seconds, the last time
// that it was in them. There is no account of the user commands of their own:
// they are parts of the main one.
func consumed(j jobsapi.Job) map[string]string {
	between := func(from, to time.Time) string {
		if from.IsZero() || to.Before(from) {
			return unknown
		}
		return strconv.FormatFloat(to.Sub(from).Seconds(), 'f', 0, 64)
	}
	staged, out := entered(j, jobsapi.StagingIn), entered(j, jobsapi.StagingOut)
	over := j.Ended
	if !out.Before(j.Started) && !out.IsZero() {
		over = out
	}
	return map[string]string{
		"total": between(j.Submitted, j.Ended), "queued": between(entered(j, jobsapi.Queued), j.Started),
		"stage-in": between(staged, left(j, jobsapi.StagingIn)), "preCommand": unknown,
		"main": between(j.Started, over), "postCommand": unknown, "stage-out": between(out, j.Ended),
	}
}

// entered is when the job last came to a state; zero if it never did.
func entered(j jobsapi.Job, s jobsapi.State) time.Time {
	for i, step := range slices.Backward(j.History) {
		if step.State == s && (i == 0 || j.History[i-1].State != s) {
			return step.At
		}
	}
	return time.Time{}
}

// left is when the job last went from a state to another; zero if it has not.
func left(j jobsapi.Job, s jobsapi.State) time.Time {
	for i, step := range slices.Backward(j.History) {
		if i > 0 && step.State != s && j.History[i-1].State == s {
			return step.At
		}
	}
	return time.Time{}
}
