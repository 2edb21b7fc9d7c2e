package keeper

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// exitFile is where jobs that are command lines leave their exit code, as
// UNICORE promises.
const exitFile = "UNICORE_SCRIPT_EXIT_CODE"

// scripted reports whether a job needs a shell around it.
func scripted(s jobsapi.Spec) bool { return s.Command != "" || s.Pre != nil || s.Post != nil }

// script is the text of a job with a command line, or with hooks around its
// program. In a command line variables and wildcards expand, and several words
// in one argument are several arguments; so do variables in its environment.
// A program and its arguments stay as they are.
func (k *Keeper) script(s jobsapi.Spec) string {
	t := &text{ignore: s.IgnoreExitCode}
	if s.Command != "" {
		t.line("rm -f %s; trap 'echo $? > %s' EXIT", exitFile, exitFile)
		t.exports(s)
	}
	t.hook("The pre-command", s.Pre)
	t.line("%s", k.mainLine(s))
	t.line("heddle_code=$?")
	if s.Post != nil {
		if !s.IgnoreExitCode {
			t.line(`[ "$heddle_code" -eq 0 ] || exit "$heddle_code"`)
		}
		t.hook("The post-command", s.Post)
	}
	t.line(`exit "$heddle_code"`)
	return t.String()
}

// mainLine is the job's own program.
func (k *Keeper) mainLine(s jobsapi.Spec) string {
	var words []string
	switch {
	case s.Command != "":
		words = append([]string{s.Command}, s.Arguments...)
	case s.Script != "":
		words = literals(append([]string{k.cfg.Shell, "-c", s.Script, "script"}, s.Arguments...))
	default:
		words = literals(append([]string{s.Executable}, s.Arguments...))
	}
	if s.Stdin != "" {
		words = append(words, "<", expanding(s.Stdin))
	}
	line := strings.Join(words, " ")
	if fields := strings.Fields(s.Command); len(fields) > 0 {
		first := literal(fields[0])
		line = fmt.Sprintf("if [ -f ./%s ]; then chmod u+x ./%s; fi\n%s", first, first, line)
	}
	return line
}

// text is a script that is being written.
type text struct {
	strings.Builder
	ignore bool // any exit code of the script counts as a success
}

func (t *text) line(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }

// exports sets the variables of a command line, parameters first.
func (t *text) exports(s jobsapi.Spec) {
	t.line("UC_EXECUTABLE=%s; export UC_EXECUTABLE", literal(s.Command))
	for _, list := range []map[string]string{s.Parameters, s.Environment} {
		for _, name := range slices.Sorted(maps.Keys(list)) {
			if variable(name) {
				t.line("%s=%s; export %s", name, expanding(list[name]), name)
			}
		}
	}
}

// hook runs a hook in a shell of its own: what it does to its directory and
// variables does not reach the program. One that fails ends the job.
func (t *text) hook(title string, h *jobsapi.Hook) {
	if h == nil {
		return
	}
	t.line("(\n%s\n)", h.Script)
	if h.IgnoreExitCode {
		return
	}
	t.line("heddle_hook=$?\nif [ \"$heddle_hook\" -ne 0 ]; then")
	t.line("echo %s \"$heddle_hook\" >&2", literal(title+" failed with exit code"))
	if t.ignore {
		t.line("kill -s TERM $$") // the only end that still is a failure
	}
	t.line("exit \"$heddle_hook\"\nfi")
}

func literals(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = literal(w)
	}
	return out
}

// literal quotes a text so that the shell takes it as it is.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// expanding quotes a text so that it stays one word and variables in it
// expand. A backslash keeps its meaning before $ and `, as in the shell.
func expanding(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			b.WriteString(`\"`)
		case c == '\\' && i+1 < len(s) && (s[i+1] == '$' || s[i+1] == '`'):
			b.WriteByte(c)
			i++
			b.WriteByte(s[i])
		case c == '\\':
			b.WriteString(`\\`)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// placeholder is what stands for an allocation: it is there until it is
// stopped, or until its time is over, which is a good end.
func placeholder(limit time.Duration) string {
	if limit > 0 {
		return "exec sleep " + strconv.Itoa(int((limit+time.Second-1)/time.Second))
	}
	return "while :; do sleep 86400; done"
}
