package description

import (
	"net/url"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Servers know UNICORE's URLs of the storages of this installation, which
// jobs name as storage:ID/path.
type Servers struct {
	Base   string              // of our core services, absolute
	Ours   func(string) string // a storage's id of a URL as jobs have it; nil: the same
	Theirs func(string) string // the other way round
}

const storages = "/rest/core/storages/"

// inside returns the URL as jobs have it, if it is of a file of this
// installation: of any of its sites, under the name that the client calls it.
// A question mark is one of a pattern.
func (s Servers) inside(text string) (string, bool) {
	ours, err := url.Parse(s.Base)
	scheme, rest, _ := strings.Cut(text, "://")
	host, path, _ := strings.Cut(rest, "/")
	if scheme = strings.ToLower(scheme); err != nil || scheme != "http" && scheme != "https" || s.Base == "" || !strings.EqualFold(host, ours.Host) {
		return "", false
	}
	site, path, ok := strings.Cut("/"+path, storages)
	id, path, files := strings.Cut(path, "/files")
	if !ok || strings.Count(site, "/") != 1 || id == "" || strings.Contains(id, "/") || !files || path != "" && path[0] != '/' {
		return "", false
	}
	if s.Ours != nil {
		id = s.Ours(id)
	}
	return "storage:" + id + "/" + strings.TrimPrefix(path, "/"), true
}

// outside is the URL as UNICORE's clients have it.
func (s Servers) outside(text string) string {
	id, ok := strings.CutPrefix(text, "storage:")
	if !ok || s.Base == "" {
		return text
	}
	id, path, _ := strings.Cut(id, "/")
	if s.Theirs != nil {
		id = s.Theirs(id)
	}
	return s.Base + "/storages/" + id + "/files/" + path
}

// Outside is the description with its URLs as UNICORE's clients have them.
func (s Servers) Outside(spec jobsapi.Spec) jobsapi.Spec {
	spec.Imports, spec.Exports, spec.Sweep = slices.Clone(spec.Imports), slices.Clone(spec.Exports), slices.Clone(spec.Sweep)
	for i := range spec.Imports {
		spec.Imports[i].From = s.outside(spec.Imports[i].From)
	}
	for i := range spec.Exports {
		spec.Exports[i].To = s.outside(spec.Exports[i].To)
	}
	for i, a := range spec.Sweep {
		if a.Kind == jobsapi.SweepImport {
			values := slices.Clone(a.Values)
			for k := range values {
				values[k] = s.outside(values[k])
			}
			spec.Sweep[i].Values = values
		}
	}
	return spec
}

// end reads the end of a transfer that is not in the working directory. The
// name of a protocol before a URL is taken off: the bytes go by HTTP.
func (r *reader) end(key, text string) string {
	text = strings.TrimSpace(text)
	name, rest, _ := strings.Cut(text, ":")
	switch low := strings.ToLower(rest); {
	case strings.EqualFold(name, "wf"):
		r.problem(key, "names a file of a workflow; there are none yet")
		return text
	case !strings.HasPrefix(low, "http://") && !strings.HasPrefix(low, "https://"):
	case strings.EqualFold(name, "BFT"), strings.EqualFold(name, "UFTP"):
		text = rest
	default:
		r.problem(key, "has the protocol %q before the URL; BFT and UFTP are understood", name)
	}
	if strings.HasPrefix(text, "/") {
		return "file:" + text
	}
	if inside, ok := r.servers.inside(text); ok {
		return inside
	}
	return text
}
