package description

import (
	"maps"
	"slices"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func resourcesOf(spec jobsapi.Spec) lenient.Object {
	w, l := &describer{}, spec.Limits
	w.text("Queue", spec.Queue)
	w.number("Runtime", l.Runtime)
	w.number("Memory", l.Memory)
	w.number("Nodes", int64(l.Nodes))
	w.number("TotalCPUs", int64(l.CPUs))
	w.number("CPUsPerNode", int64(l.CPUsPerNode))
	w.number("GPUsPerNode", int64(l.GPUs))
	w.flag("Exclusive", l.Exclusive)
	for _, name := range slices.Sorted(maps.Keys(l.Other)) {
		w.add(name, l.Other[name])
	}
	return w.doc
}

// importsOf lists inputs and imports in the order in which they are brought.
func importsOf(spec jobsapi.Spec) []any {
	var list []any
	if spec.Script != "" && spec.Command == "" {
		list = append(list, inline(jobsapi.Input{Path: scriptFile, Data: spec.Script}))
	}
	for i := range len(spec.Imports) + 1 {
		for _, in := range spec.Inputs {
			if in.After == i {
				list = append(list, inline(in))
			}
		}
		if i < len(spec.Imports) {
			list = append(list, importOf(spec, i))
		}
	}
	return list
}

func inline(in jobsapi.Input) lenient.Object {
	w := &describer{}
	w.text("To", in.Path)
	w.add("Data", in.Data)
	w.text("Permissions", in.Permissions)
	w.text("Mode", in.Mode)
	w.required(!in.Optional)
	return w.doc
}

func importOf(spec jobsapi.Spec, i int) lenient.Object {
	w, t := &describer{}, spec.Imports[i]
	at := slices.IndexFunc(spec.Sweep, func(a jobsapi.Axis) bool { return a.Kind == jobsapi.SweepImport && a.At == i })
	if at >= 0 {
		w.list("From", spec.Sweep[at].Values)
	} else {
		w.text("From", t.From)
	}
	w.text("To", t.To)
	w.text("Permissions", t.Permissions)
	w.flag("ReadOnly", t.ReadOnly)
	return w.transfer(t)
}

func exportsOf(spec jobsapi.Spec) []any {
	var list []any
	for _, t := range spec.Exports {
		w := &describer{}
		w.text("From", t.From)
		w.text("To", t.To)
		list = append(list, w.transfer(t))
	}
	return list
}

// transfer adds what imports and exports have in common.
func (w *describer) transfer(t jobsapi.Transfer) lenient.Object {
	w.text("Mode", t.Mode)
	if t.Secret != "" {
		w.text("Credentials", hidden)
	}
	w.required(!t.Optional)
	var extra lenient.Object
	for _, name := range slices.Sorted(maps.Keys(t.Extra)) {
		extra = append(extra, lenient.Member{Name: name, Value: t.Extra[name]})
	}
	w.object("ExtraParameters", extra)
	return w.doc
}

// required says whether the job fails if it fails, unless that is understood.
func (w *describer) required(yes bool) {
	if !yes {
		w.add("FailOnError", false)
	}
}

func notificationOf(n *jobsapi.Notification) lenient.Object {
	if n == nil {
		return nil
	}
	w := &describer{}
	w.text("URL", n.URL)
	var words []string
	for _, s := range n.States {
		if !slices.Contains(words, Status[s]) {
			words = append(words, Status[s])
		}
	}
	w.list("status", words)
	w.list("bssStatus", n.Batch)
	return w.doc
}
