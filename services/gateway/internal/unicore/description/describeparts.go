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

func importsOf(spec jobsapi.Spec) []any {
	var list []any
	inline := func(path, data, permissions string) {
		w := &describer{}
		w.text("To", path)
		w.add("Data", data)
		w.text("Permissions", permissions)
		list = append(list, w.doc)
	}
	if spec.Script != "" && spec.Command == "" {
		inline(scriptFile, spec.Script, "")
	}
	for _, in := range spec.Inputs {
		inline(in.Path, in.Data, in.Permissions)
	}
	for i, t := range spec.Imports {
		w := &describer{}
		at := slices.IndexFunc(spec.Sweep, func(a jobsapi.Axis) bool { return a.Kind == jobsapi.SweepImport && a.At == i })
		if at >= 0 {
			w.list("From", spec.Sweep[at].Values)
		} else {
			w.text("From", t.From)
		}
		w.text("To", t.To)
		w.text("Permissions", t.Permissions)
		w.flag("ReadOnly", t.ReadOnly)
		list = append(list, w.transfer(t))
	}
	return list
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
	if t.Optional {
		w.add("FailOnError", false)
	}
	var extra lenient.Object
	for _, name := range slices.Sorted(maps.Keys(t.Extra)) {
		extra = append(extra, lenient.Member{Name: name, Value: t.Extra[name]})
	}
	w.object("ExtraParameters", extra)
	return w.doc
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
