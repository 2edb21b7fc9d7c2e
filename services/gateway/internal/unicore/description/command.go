package description

import (
	"fmt"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// command reads what is to be run, and makes the script of it. A description
// without a command is only a working directory.
func (r *reader) command(doc lenient.Object, site Site, files []file, spec *jobsapi.Spec) {
	s := script{
		userDN:     site.UserDN,
		umask:      r.umask(doc),
		files:      files,
		stdin:      r.path(doc, "Stdin"),
		ignoreExit: spec.IgnoreExitCode,
		before:     r.step(doc, "User precommand", "UserPrecommand"),
		after:      r.step(doc, "User postcommand", "UserPostcommand"),
	}
	app := r.application(doc, site)
	s.executable = app.Executable
	if v, ok := doc.Get("Executable"); ok {
		text, isText := v.(string)
		if !isText || strings.TrimSpace(text) == "" || strings.ContainsAny(text, "\n\x00") {
			r.problem("Executable", "must be a command on one line")
		}
		s.executable = text
	}
	s.arguments = append(append(s.arguments, app.Arguments...), r.arguments(doc)...)
	if spec.Name == "" {
		spec.Name = app.Name
	}
	spec.Environment, s.exports = r.environment(doc)
	if s.executable == "" {
		if len(s.before.lines)+len(s.after.lines) > 0 {
			r.problem("Executable", "is needed where there is a user command")
		}
		spec.Environment = nil
		return
	}
	spec.Script = s.text()
}

// step is a user command before or after the main one.
type step struct {
	title  string
	lines  []string
	ignore bool // its exit code does not matter
}

// step reads a user command. The client's helper classes spell the option
// with a small c.
func (r *reader) step(doc lenient.Object, key, prefix string) step {
	return step{
		title:  key,
		lines:  r.lines(doc, key),
		ignore: r.flag(doc, prefix+"IgnoreNonZeroExitCode", prefix+"IgnoreNonZeroExitcode"),
	}
}

func (r *reader) arguments(doc lenient.Object) []string {
	const key = "Arguments"
	v, ok := doc.Get(key)
	if !ok {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		r.problem(key, "must be a list")
	}
	var args []string
	for i, item := range list {
		name := fmt.Sprintf("%s[%d]", key, i)
		s, ok := lenient.Text(item)
		switch {
		case ok && strings.ContainsAny(s, "\n\x00"):
			r.problem(name, "must be on one line")
		case ok:
			args = append(args, s)
		default:
			r.problem(name, "must be a text%s", sweep(item))
		}
	}
	return args
}

// sweep completes a message where a value is meant to be swept over.
func sweep(v any) string {
	if _, ok := v.(lenient.Object); ok {
		return "; sweeps are not offered yet"
	}
	return ""
}

// umask reads the mode mask of the job's files, in octal.
func (r *reader) umask(doc lenient.Object) string {
	mask, key := r.first(doc, "Umask", "umask")
	if len(mask) > 4 || strings.Trim(mask, "01234567") != "" {
		r.problem(key, "%q is no octal mask", mask)
	}
	return mask
}
