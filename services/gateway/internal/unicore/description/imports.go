package description

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// file is a small file that travels inside the description.
type file struct {
	jobsapi.Input
	mode string // as for chmod; empty: the site's default
}

// imports reads what is to be brought into the working directory. So far that
// is what the description itself holds.
func (r *reader) imports(doc lenient.Object) []file {
	const key = "Imports"
	v, ok := doc.Get(key)
	if !ok {
		return nil
	}
	var files []file
	list, isList := v.([]any)
	switch byTarget, isMap := v.(lenient.Object); {
	case isMap:
		for _, m := range byTarget {
			files = append(files, r.imported(key+"."+m.Name, targeted(m)))
		}
	case isList:
		for i, item := range list {
			files = append(files, r.imported(fmt.Sprintf("%s[%d]", key, i), item))
		}
	default:
		r.problem(key, "must be a list or a map")
	}
	return files
}

// targeted is an entry of a map whose keys are the targets: the value is the
// source, or an import without its target.
func targeted(m lenient.Member) any {
	if o, ok := m.Value.(lenient.Object); ok {
		return o.With("To", m.Name)
	}
	return lenient.Object{{Name: "To", Value: m.Name}, {Name: "From", Value: m.Value}}
}

func (r *reader) imported(key string, item any) file {
	o, ok := item.(lenient.Object)
	if !ok {
		r.problem(key, "must be a map")
		return file{}
	}
	sub := &reader{}
	defer func() {
		for _, p := range sub.problems {
			r.problem(key+"."+p.Name, "%s", p.Message)
		}
	}()
	f := file{mode: sub.permissions(o)}
	to, toKey := sub.first(o, "To", "file")
	f.Path = sub.inside(toKey, to)
	f.Data = sub.data(o)
	if mode := lower(sub.text(o, "Mode")); mode != "" && mode != "overwrite" && mode != "nooverwrite" {
		sub.problem("Mode", "%q is not offered for inline data", mode)
	}
	return f
}

// data reads the content: a text, or lines that each end with a line break.
func (r *reader) data(o lenient.Object) string {
	v, ok := o.Get("Data")
	from, fromKey := r.first(o, "From", "source")
	switch {
	case !ok:
		r.problem(fromKey, "only inline data (Data) is offered yet, not %q", from)
		return ""
	case from != "" && !strings.HasPrefix(from, "inline:"):
		r.problem(fromKey, "must begin with inline: where there is Data")
	}
	if s, isText := v.(string); isText {
		return s
	}
	var b strings.Builder
	for _, line := range r.lines(o, "Data") {
		b.WriteString(strings.TrimSuffix(line, "\n") + "\n")
	}
	return b.String()
}

var permissions = regexp.MustCompile(`^([r-][w-][x-])([r-][w-][x-])?([r-][w-][x-])?$`)

// permissions reads rwx triples for user, group and others, for chmod.
func (r *reader) permissions(o lenient.Object) string {
	text := r.text(o, "Permissions")
	if text == "" {
		return ""
	}
	m := permissions.FindStringSubmatch(text)
	if m == nil {
		r.problem("Permissions", "%q is not of the form rwxr-x---", text)
		return ""
	}
	var clauses []string
	for i, triple := range m[1:] {
		if triple != "" {
			clauses = append(clauses, "ugo"[i:i+1]+"="+strings.ReplaceAll(triple, "-", ""))
		}
	}
	return strings.Join(clauses, ",")
}
