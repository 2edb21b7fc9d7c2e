package manifest

import (
	"path"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const inputSandbox = "InputSandbox"

// Element is the one storage element that keeps sandboxes.
const Element = "Heddle"

// Entry is a sandbox as DIRAC writes it: SB:Heddle|/sha256/...
func Entry(sandbox string) string { return "SB:" + Element + "|/" + sandbox }

// IsEntry returns the name of the sandbox of an Entry. If it is none, why
// says so, to go behind the quoted entry.
func IsEntry(text string) (sandbox, why string) {
	element, at, ok := strings.Cut(strings.TrimPrefix(text, "SB:"), "|")
	switch sandbox = strings.TrimPrefix(at, "/"); {
	case !strings.HasPrefix(text, "SB:") || !ok:
		return "", "is not like SB:" + Element + "|/sha256/..."
	case element != Element:
		return "", "names another storage element than " + Element + ", the only one"
	case !filesapi.IsSandbox(sandbox):
		return "", "is no sandbox of yours"
	}
	return sandbox, ""
}

// inWorkDir is an import that unpacks a sandbox where the job runs.
func inWorkDir(sandbox string) jobsapi.Transfer {
	return jobsapi.Transfer{From: filesapi.SandboxURL(sandbox), To: "."}
}

// withSandbox appends the sandbox of the files that came to a manifest's own
// list, whichever way that is written.
func withSandbox(doc lenient.Object, sandbox string) lenient.Object {
	if sandbox == "" {
		return doc
	}
	at := slices.IndexFunc(doc, func(m lenient.Member) bool { return strings.EqualFold(m.Name, inputSandbox) })
	if at < 0 {
		return append(slices.Clip(doc), lenient.Member{Name: inputSandbox, Value: []any{Entry(sandbox)}})
	}
	doc = slices.Clone(doc)
	switch v := doc[at].Value.(type) {
	case nil:
		doc[at].Value = []any{Entry(sandbox)}
	case []any:
		doc[at].Value = append(slices.Clip(v), Entry(sandbox))
	default:
		doc[at].Value = []any{v, Entry(sandbox)}
	}
	return doc
}

// sandbox reads InputSandbox. Sandboxes become imports, behind those of the
// section, whose places a sweep may count. A file's name must be that of one
// that came, unless a sandbox of the user's may hold it.
func (r *reader) sandbox(spec *jobsapi.Spec, in Setting) {
	var local []string
	own := false
	for _, name := range r.list(inputSandbox) {
		switch {
		case strings.HasPrefix(name, "LFN:"):
			r.problem(inputSandbox, "%q: files of the catalogue are not offered yet; send the file with the request", name)
		case strings.HasPrefix(name, "SB:"):
			sandbox, why := IsEntry(name)
			if why != "" {
				r.problem(inputSandbox, "%q %s", name, why)
				continue
			}
			spec.Imports = append(spec.Imports, inWorkDir(sandbox))
			own = own || sandbox != in.Sandbox
		default:
			local = append(local, name)
		}
	}
	for _, name := range local {
		base := path.Base(name)
		here := func(f jobsapi.Input) bool { return f.Path == base }
		if !own && !slices.Contains(in.Files, base) && !slices.ContainsFunc(spec.Inputs, here) {
			r.problem(inputSandbox, "%q did not come with the request", name)
		}
	}
}

// Sandboxes are the sandboxes that a manifest's InputSandbox stands for, the
// newest last: those at the end of the imports that no axis of a sweep varies.
func Sandboxes(s jobsapi.Spec) []string {
	first := len(s.Imports)
	for first > 0 {
		name, ok := filesapi.SandboxOf(s.Imports[first-1].From)
		varied := slices.ContainsFunc(s.Sweep, func(a jobsapi.Axis) bool { return a.Kind == jobsapi.SweepImport && a.At == first-1 })
		if !ok || varied || !plainImport(s.Imports[first-1], name) {
			break
		}
		first--
	}
	var names []string
	for _, t := range s.Imports[first:] {
		name, _ := filesapi.SandboxOf(t.From)
		names = append(names, name)
	}
	return names
}

// plainImport reports whether a transfer says no more than an entry can.
func plainImport(t jobsapi.Transfer, sandbox string) bool {
	return t.Extra == nil && t.Mode == "" && t.Permissions == "" && !t.Optional && !t.ReadOnly && t.Secret == "" &&
		t.To == "." && t.From == filesapi.SandboxURL(sandbox)
}
