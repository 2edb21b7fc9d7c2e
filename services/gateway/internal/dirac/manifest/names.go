package manifest

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// names are DIRAC's keys for the fields of a Spec; of several the manifest's
// own counts, and else the first. What has none is said in the Section.
var names = map[string][]string{
	"name": {"JobName"}, "executable": {"Executable"}, "arguments": {"Arguments"}, "environment": {"ExecutionEnvironment"},
	"stdout": {"StdOutput"}, "stderr": {"StdError"}, "outputs": {"OutputSandbox"}, "priority": {"Priority"},
	"site": {"Site"}, "sites": {"Site"}, "banned_sites": {"BannedSites"}, "requires": {"Tags"},
	"resources.cpus": {"NumberOfProcessors", "MinNumberOfProcessors"}, "resources.cpu_time": {"CPUTime"},
	"job_group": {"JobGroup"}, "job_type": {"JobType"}, "imports": {inputSandbox},
}

// Of the request and the whole.
var beside = map[string]string{"key": "Idempotency-Key", "spec": "the manifest", "specs": "the manifests"}

var field = regexp.MustCompile(`^(resources\.[a-z_]+|[a-z_]+)(?:\[([0-9]+)\])?(.*)$`)

// NameOf is the key by which the manifest of a job says a field, as
// Tags[0], or the field of the Section, as Heddle.imports[0].from.
func NameOf(s jobsapi.Spec, path string) string {
	m := field.FindStringSubmatch(path)
	switch {
	case m == nil:
		return path
	case beside[m[1]] != "":
		return beside[m[1]]
	case m[1] == "imports":
		if at, err := strconv.Atoi(m[2]); err == nil && at >= len(s.Imports)-len(Sandboxes(s)) {
			return inputSandbox
		}
		return Section + "." + path
	case names[m[1]] == nil:
		return Section + "." + path
	}
	doc := documentOf(s)
	name := names[m[1]][0]
	for _, key := range names[m[1]] {
		if _, given := doc.Get(key); given {
			return key + element(m)
		}
	}
	if inSection(doc, m[1]) {
		return Section + "." + path
	}
	return name + element(m)
}

// element is what is behind a key. The words of Arguments are one text.
func element(m []string) string {
	if m[1] == "arguments" || m[1] == "site" || m[2] == "" {
		return m[3]
	}
	return "[" + m[2] + "]" + m[3]
}

func documentOf(s jobsapi.Spec) lenient.Object {
	if s.Origin == nil {
		return nil
	}
	v, _ := lenient.Parse(s.Origin.Document)
	raw, _ := v.(lenient.Object)
	doc, _ := canonical(raw)
	return doc
}

// inSection reports whether the section says a field.
func inSection(doc lenient.Object, path string) bool {
	var at any
	at, _ = doc.Get(Section)
	for part := range strings.SplitSeq(path, ".") {
		o, _ := at.(lenient.Object)
		v, ok := o.Get(part)
		if !ok {
			return false
		}
		at = v
	}
	return true
}
