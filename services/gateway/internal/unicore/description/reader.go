package description

import (
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// reader takes typed values out of a document and gathers what is wrong.
type reader struct {
	now      time.Time
	problems []fault.Field
	secrets  map[string]jobsapi.Secret
	servers  Servers
}

func (r *reader) problem(key, format string, args ...any) {
	r.problems = append(r.problems, fault.Field{Name: key, Message: fmt.Sprintf(format, args...)})
}

// under runs f with a reader whose problems are those of the parts of key.
func (r *reader) under(key string, f func(sub *reader) []string) []string {
	sub := &reader{now: r.now, servers: r.servers}
	out := f(sub)
	for _, p := range sub.problems {
		r.problem(key+"."+p.Name, "%s", p.Message)
	}
	return out
}

func (r *reader) has(doc lenient.Object, key string) bool {
	v, ok := doc.Get(key)
	return ok && v != nil
}

// text reads a text; a number or a boolean stands for its spelling.
func (r *reader) text(doc lenient.Object, key string) string {
	v, ok := doc.Get(key)
	if !ok {
		return ""
	}
	s, ok := lenient.Text(v)
	if !ok {
		r.problem(key, "must be a text")
	}
	return s
}

// first reads the text of the first key that is there: keys have aliases.
func (r *reader) first(doc lenient.Object, keys ...string) (value, key string) {
	for _, key := range keys {
		if _, ok := doc.Get(key); ok {
			return r.text(doc, key), key
		}
	}
	return "", keys[0]
}

// flag reads a boolean: JSON's true or the word, in any case, of the first
// key that is there. Everything else is false.
func (r *reader) flag(doc lenient.Object, keys ...string) bool {
	for _, key := range keys {
		if v, ok := doc.Get(key); ok {
			s, _ := lenient.Text(v)
			return strings.EqualFold(s, "true")
		}
	}
	return false
}

// lines reads a text, or a list of them.
func (r *reader) lines(doc lenient.Object, key string) []string {
	v, ok := doc.Get(key)
	if !ok {
		return nil
	}
	list, isList := v.([]any)
	if !isList {
		list = []any{v}
	}
	var lines []string
	for i, item := range list {
		s, ok := lenient.Text(item)
		if !ok {
			r.problem(fmt.Sprintf("%s[%d]", key, i), "must be a text")
		}
		lines = append(lines, s)
	}
	return lines
}

// tags reads labels: a list, or one text of them.
func (r *reader) tags(doc lenient.Object, key string) []string {
	if v, _ := doc.Get(key); v != nil {
		if s, ok := v.(string); ok {
			return SplitTags(s)
		}
	}
	return r.lines(doc, key)
}

// SplitTags splits a text of tags at commas, blanks and plus signs; double
// quotes around the whole do not count.
func SplitTags(s string) []string {
	return strings.FieldsFunc(strings.Trim(s, `"`), func(c rune) bool { return strings.ContainsRune(", +", c) })
}

// path reads the name of a file in the working directory.
func (r *reader) path(doc lenient.Object, key string) string {
	s := r.text(doc, key)
	if s == "" {
		return ""
	}
	return r.inside(key, s)
}

// inside cleans a path of the working directory and refuses one that leaves it.
func (r *reader) inside(key, s string) string {
	clean := path.Clean("./" + strings.TrimLeft(s, "/"))
	if clean == "." || clean == ".." || strings.HasPrefix(clean, "../") || strings.ContainsRune(s, 0) {
		r.problem(key, "%q is no file of the working directory", s)
	}
	return clean
}

func lower(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
