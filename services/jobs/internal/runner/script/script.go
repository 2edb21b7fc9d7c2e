// Package script makes shell text of what a description asks for beside its
// program: a command line, and hooks before and after it. It is separate
// because it is pure, and because executors need not know of these: they run a
// program or a script.
package script

import (
	"fmt"
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// ExitCode is the file of the working directory in which the shell of a
// command line leaves its exit code, for UNICORE's users.
const ExitCode = "UNICORE_SCRIPT_EXIT_CODE"

// Render returns a description that asks for the same with a program or a
// script, and nothing else that needs a shell. Its application must have been
// resolved.
//
// A command line is run as if it were typed in: variables and wildcards expand
// in it, in its arguments, and in the values of its environment, and an
// argument with blanks is several words unless it is quoted.
//
// The record is the absolute path of a file in which the script says which
// hook it is in that may not fail; see ReadRecord. Empty: it says so nowhere.
func Render(spec jobsapi.Spec, record string) jobsapi.Spec {
	if spec.Command == "" && spec.Pre == nil && spec.Post == nil || spec.Empty() {
		return spec
	}
	w := &writer{spec: spec, record: record}
	w.begin()
	w.hook(spec.Pre, InPre)
	w.program()
	w.end()
	out := spec
	out.Environment, out.Parameters = w.plain, nil
	out.Executable, out.Arguments, out.Script = "", nil, w.String()
	out.Command, out.Pre, out.Post, out.Stdin = "", nil, nil, ""
	return out
}

// writer writes the text of a description.
type writer struct {
	strings.Builder
	spec  jobsapi.Spec
	plain map[string]string // variables that need no shell

	record string // path; empty: none is kept
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// begin sets what holds for everything that follows.
func (w *writer) begin() {
	s := w.spec
	w.plain = merged(s.Parameters, s.Environment)
	if s.Command != "" {
		w.line("rm -f %s", ExitCode)
		w.line("trap 'echo $? > %s' EXIT", ExitCode)
		w.line("UC_EXECUTABLE=%s; export UC_EXECUTABLE", literal(s.Command))
		var exports []variable
		w.plain, exports = split(w.plain)
		for _, v := range exports {
			w.line("%s=%s; export %s", v.name, expanding(v.value), v.name)
		}
	}
}

// hook runs text before or after the program. Unless it is a part of the job,
// what it does to its directory and variables does not reach the program.
func (w *writer) hook(h *jobsapi.Hook, at Stage) {
	if h == nil {
		return
	}
	left, right := "(", ")"
	if h.InJob {
		left, right = "{", "}"
	}
	if !h.IgnoreExitCode {
		w.enter(at)
	}
	w.line("%s\n%s\n%s", left, strings.TrimRight(h.Script, "\n"), right)
	if h.IgnoreExitCode {
		return
	}
	w.line("heddle_code=$?")
	w.line("if [ $heddle_code -ne 0 ]; then")
	w.failed(at)
	w.line("echo %s \"$heddle_code\" >&2", literal("User "+string(at)+"command failed with exit code"))
	if w.spec.IgnoreExitCode {
		// Any exit code of the script counts as success then: only a signal
		// tells that the job has failed before or after its program.
		w.line("kill -s TERM $$")
	}
	w.line("exit $heddle_code\nfi")
	w.leave()
}

// program runs the program, the script or the command line.
func (w *writer) program() {
	s := w.spec
	stdin := ""
	if s.Stdin != "" {
		stdin = " < " + literal(s.Stdin)
	}
	switch {
	case s.Command != "":
		if s.Stdin != "" {
			stdin = " < " + expanding(s.Stdin)
		}
		if first := strings.Fields(s.Command)[0]; !strings.HasPrefix(first, "'") {
			first = literal(first)
			w.line("if [ -f ./%s ]; then chmod u+x ./%s; fi", first, first)
		}
		w.line("%s%s", strings.Join(append([]string{s.Command}, s.Arguments...), " "), stdin)
	case s.Script != "":
		w.line("(\nset -- %s\n%s\n)%s", Words(s.Arguments), s.Script, stdin)
	default:
		w.line("%s %s%s", literal(s.Executable), Words(s.Arguments), stdin)
	}
}

// end ends the script with the program's exit code, and runs the hook after
// it unless the program has failed.
func (w *writer) end() {
	w.line("heddle_main=$?")
	if w.spec.Post != nil {
		if !w.spec.IgnoreExitCode {
			w.line("[ $heddle_main -eq 0 ] || exit $heddle_main")
		}
		w.hook(w.spec.Post, InPost)
	}
	w.line("exit $heddle_main")
}
