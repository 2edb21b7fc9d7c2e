package description

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Names calls the fields of a job as its description does.
type Names struct {
	spec   jobsapi.Spec
	doc    lenient.Object
	places map[string][]entry // by the list of the Spec, in its order
}

// entry is one of Imports or Exports: Imports[2], or Imports.name.
type entry struct {
	key string
	lenient.Object
}

// NamesOf are the names of a job that a document has become. Without a document
// fields have the names that they would have in one.
func NamesOf(spec jobsapi.Spec, doc lenient.Object) Names {
	n := Names{spec, doc, map[string][]entry{}}
	r := &reader{}
	r.each(doc, "Imports", "To", "From", func(key string, o lenient.Object) {
		list := "imports"
		if r.has(o, "Data") {
			list = "inputs"
		}
		n.places[list] = append(n.places[list], entry{key, o})
	})
	r.each(doc, "Exports", "From", "To", func(key string, o lenient.Object) {
		n.places["exports"] = append(n.places["exports"], entry{key, o})
	})
	return n
}

// Fault is the fault of a service in the document's words.
func (n Names) Fault(err error) *fault.Error {
	f := *fault.From(err)
	f.Fields = append([]fault.Field(nil), f.Fields...)
	for i, field := range f.Fields {
		text := strings.Replace(field.Message, "give them as a secret", "give them as Credentials", 1)
		f.Fields[i] = fault.Field{Name: n.Of(field.Name), Message: text}
	}
	return &f
}

// What fields are like that are named by more than a table.
var (
	listed = regexp.MustCompile(`^(inputs|imports|exports)\[([0-9]+)\](?:\.([a-z_]+)(.*))?$`)
	swept  = regexp.MustCompile(`^sweep\[([0-9]+)\](?:\.values(\[[0-9]+\])?)?`)
	secret = regexp.MustCompile(`^secrets\.(import|export)-([0-9]+)`)
)

// Of is the document's name of a field; one that has none keeps its own.
func (n Names) Of(field string) string {
	if m := listed.FindStringSubmatch(field); m != nil {
		return n.entry(m[1], m[2], m[3]) + m[4]
	}
	if m := swept.FindStringSubmatch(field); m != nil {
		if at, err := strconv.Atoi(m[1]); err == nil && at < len(n.spec.Sweep) {
			return n.axis(n.spec.Sweep[at], m[2])
		}
	}
	if m := secret.FindStringSubmatch(field); m != nil {
		return n.entry(m[1]+"s", m[2], "secret")
	}
	for whole, rest := field, ""; whole != ""; {
		if found := keys[whole]; found != nil {
			return n.first(n.doc, found) + n.rest(whole, rest)
		}
		cut := max(strings.LastIndexByte(whole, '.'), strings.LastIndexByte(whole, '['), 0)
		whole, rest = whole[:cut], field[cut:]
	}
	return field
}

// rest is what is behind a name. Labels and states have other places in the
// document than in the Spec.
func (n Names) rest(whole, rest string) string {
	if whole == "tags" || whole == "notify.states" {
		return ""
	}
	return rest
}

// entry is the name of a part of the entry that a list of the Spec has at an index.
func (n Names) entry(list, at, part string) string {
	var e entry
	if i, err := strconv.Atoi(at); err == nil && i < len(n.places[list]) {
		e = n.places[list][i]
	} else {
		e.key = keys[list][0] + "[" + at + "]"
	}
	if part == "" {
		return e.key
	}
	if names := parts[list][part]; names != nil {
		return e.key + "." + n.first(e.Object, names)
	}
	return e.key + "." + part
}

// axis is the name of what a sweep varies, or of one of its values.
func (n Names) axis(a jobsapi.Axis, value string) string {
	switch a.Kind {
	case jobsapi.SweepImport:
		return n.entry("imports", strconv.Itoa(a.At), "from") + value
	case jobsapi.SweepArgument:
		return fmt.Sprintf("Arguments[%d]", a.At)
	default:
		return "Parameters." + a.Name
	}
}

// first is the first of the names that the document has, or the first.
func (n Names) first(doc lenient.Object, names []string) string {
	for _, name := range names {
		outer, inner, nested := strings.Cut(name, ".")
		v, ok := doc.Get(outer)
		if nested && ok {
			o, _ := v.(lenient.Object)
			_, ok = o.Get(inner)
		}
		if ok {
			return name
		}
	}
	return names[0]
}
