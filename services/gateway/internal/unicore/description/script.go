package description

import (
	"fmt"
	"strings"
)

// script is a job as UNICORE promises to run it: by a shell, in the working
// directory, so that variables and wildcards in the command line expand and
// several words in one argument are several arguments. Whoever wants one
// argument with blanks quotes it, as in a terminal. Runners set the other
// variables that UNICORE promises, and have the directory on the PATH.
type script struct {
	userDN, umask     string
	exports           []variable
	files             []file
	executable, stdin string
	arguments         []string
	before, after     step
	ignoreExit        bool
}

func (s script) text() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	if s.umask != "" {
		line("umask %s", s.umask)
	}
	line("trap 'echo $? > UNICORE_SCRIPT_EXIT_CODE' EXIT")
	line("UC_EXECUTABLE=%s; UC_USERDN=%s; export UC_EXECUTABLE UC_USERDN", literal(s.executable), literal(s.userDN))
	for _, v := range s.exports {
		line("%s=%s; export %s", v.name, expanding(v.value), v.name)
	}
	for _, f := range s.files {
		if f.mode != "" {
			line("chmod %s ./%s", f.mode, literal(f.Path))
		}
	}
	s.step(line, s.before)
	first := literal(strings.Fields(s.executable)[0])
	line("if [ -f ./%s ]; then chmod u+x ./%s; fi", first, first)
	line("%s", s.commandLine())
	s.finish(line)
	return b.String()
}

// commandLine is the command as it was written: unquoted, on one line.
func (s script) commandLine() string {
	words := append([]string{s.executable}, s.arguments...)
	if s.stdin != "" {
		words = append(words, "<", expanding(s.stdin))
	}
	return strings.Join(words, " ")
}

// step runs a user command in a shell of its own: what it does to its
// directory and variables does not reach the main command.
func (s script) step(line func(string, ...any), c step) {
	if len(c.lines) == 0 {
		return
	}
	line("(\n%s\n)", strings.Join(c.lines, "\n"))
	if c.ignore {
		return
	}
	line("uc_code=$?")
	line("if [ $uc_code -ne 0 ]; then")
	line("echo %s \"$uc_code\" >&2", literal(c.title+" failed with exit code"))
	if s.ignoreExit {
		// Any exit code of the script counts as success then: only a signal
		// tells that the job has failed before or after its main command.
		line("kill -s TERM $$")
	}
	line("exit $uc_code\nfi")
}

// finish ends the script with the main command's exit code, and runs the
// command after it unless the main one has failed.
func (s script) finish(line func(string, ...any)) {
	line("uc_main=$?")
	if len(s.after.lines) > 0 {
		if !s.ignoreExit {
			line("[ $uc_main -eq 0 ] || exit $uc_main")
		}
		s.step(line, s.after)
	}
	line("exit $uc_main")
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
