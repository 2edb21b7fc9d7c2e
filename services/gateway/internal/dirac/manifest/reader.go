package manifest

import (
	"fmt"
	"path"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// reader takes values out of a canonical manifest and gathers what is wrong.
type reader struct {
	lenient.Object
	problems []fault.Field
}

func (r *reader) problem(key, format string, args ...any) {
	r.problems = append(r.problems, fault.Field{Name: key, Message: fmt.Sprintf(format, args...)})
}

func (r *reader) text(key string) string {
	v, _ := r.Get(key)
	s, _ := v.(string)
	return s
}

func (r *reader) list(key string) []string {
	v, _ := r.Get(key)
	l, _ := v.([]string)
	return l
}

// short reads a text of at most n characters.
func (r *reader) short(key string, n int) string {
	s := r.text(key)
	if len([]rune(s)) > n {
		r.problem(key, "is longer than %d characters", n)
	}
	return s
}

// within reads an integer with a default and bounds.
func (r *reader) within(key string, otherwise, low, high int64) int64 {
	v, ok := r.Get(key)
	n, isInt := v.(int64)
	if !ok || !isInt {
		return otherwise
	}
	if n < low || n > high {
		r.problem(key, "must be from %d to %d", low, high)
	}
	return n
}

func (r *reader) path(key, otherwise string) string {
	s := r.text(key)
	if s == "" {
		return otherwise
	}
	return r.inside(key, s)
}

func (r *reader) paths(key string) []string {
	var out []string
	for _, s := range r.list(key) {
		out = append(out, r.inside(key, s))
	}
	return out
}

// inside refuses the name of a file that is not in the working directory.
func (r *reader) inside(key, s string) string {
	clean := path.Clean(s)
	if s == "" || clean == "." || clean == ".." || strings.HasPrefix(clean, "../") || path.IsAbs(clean) || strings.ContainsRune(s, 0) {
		r.problem(key, "%q is no file of the working directory", s)
	}
	return clean
}

// command reads the program and its arguments. A program that came with the
// manifest is found in the working directory. A command that only the section
// can describe wins: the keys then show what it is like.
func (r *reader) command(spec *jobsapi.Spec) {
	if !spec.Empty() {
		return
	}
	_, given := r.Get("Executable")
	if _, section := r.Get(Section); section && !given { // only a directory
		return
	}
	program := r.text("Executable")
	if strings.TrimSpace(program) == "" || strings.ContainsAny(program, "\n\x00") {
		r.problem("Executable", "must be the name of a program")
	}
	args, err := split(r.text("Arguments"))
	if err != nil || strings.ContainsRune(r.text("Arguments"), 0) {
		r.problem("Arguments", "cannot be split into words: a quote has no end, or there is a NUL")
	}
	spec.Executable, spec.Arguments = program, args
}

// environment reads ExecutionEnvironment: a list of NAME=value, or a map.
func (r *reader) environment() map[string]string {
	const key = "ExecutionEnvironment"
	v, ok := r.Get(key)
	if !ok {
		return nil
	}
	env := map[string]string{}
	add := func(name, value string, isText bool) {
		if !isText || !jobsapi.Variable(name) || strings.ContainsRune(value, 0) {
			r.problem(key, "%q cannot be a variable", name)
			return
		}
		env[name] = value
	}
	if members, isMap := v.(lenient.Object); isMap {
		for _, m := range members {
			value, isText := lenient.Text(m.Value)
			add(m.Name, value, isText)
		}
		return env
	}
	items, err := texts(v)
	if err != nil {
		r.problem(key, "must be a map or a list of NAME=value")
	}
	for _, item := range items {
		name, value, assigned := strings.Cut(item, "=")
		add(name, value, assigned)
	}
	return env
}
