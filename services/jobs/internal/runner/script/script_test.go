package script_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/script"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// outcome is what came of a script.
type outcome struct {
	stdout, stderr string
	code           int // -1: killed by a signal
}

// play runs a description's script the way an executor does.
func play(t *testing.T, spec jobsapi.Spec) outcome {
	t.Helper()
	dir := t.TempDir()
	for _, in := range spec.Inputs {
		if err := os.WriteFile(filepath.Join(dir, in.Path), []byte(in.Data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	spec = script.Render(spec, "")
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "/bin/sh", append([]string{"-c", spec.Script, "script"}, spec.Arguments...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	cmd.Env = []string{"PATH=/usr/bin:/bin:" + dir, "UC_WORKING_DIRECTORY=" + dir, "HOME=/home/demo"}
	for k, v := range spec.Environment {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return outcome{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

type (
	spec   = jobsapi.Spec
	hook   = jobsapi.Hook
	inputs = []jobsapi.Input
	env    = map[string]string
)

// The command line has a shell's semantics: variables expand, arguments with
// blanks split unless they are quoted, hooks count. Programs and scripts keep
// theirs, whatever is around them.
func TestScriptsDoWhatIsAsked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spec spec
		want outcome
	}{
		"echo":                     {spec{Command: "/bin/echo", Arguments: []string{"hello"}}, outcome{stdout: "hello\n"}},
		"command line":             {spec{Command: "echo a b", Arguments: []string{"c"}}, outcome{stdout: "a b c\n"}},
		"blanks split":             {spec{Command: "printf", Arguments: []string{"%s.", "a b", "'c d'"}}, outcome{stdout: "a.b.c d."}},
		"variables expand":         {spec{Command: "echo", Arguments: []string{"$HOME", "$X"}, Environment: env{"X": "1=2"}}, outcome{stdout: "/home/demo 1=2\n"}},
		"values expand":            {spec{Command: "echo $B", Environment: env{"A": "$HOME/x", "B": `$A  "y" \ \$A`}}, outcome{stdout: "/home/demo/x \"y\" \\ $A\n"}},
		"environment over params":  {spec{Command: "echo $A$B", Parameters: env{"A": "1", "B": "3"}, Environment: env{"A": "2"}}, outcome{stdout: "23\n"}},
		"in whatever order":        {spec{Command: "echo $A", Environment: env{"A": "$B-$C", "B": "${C}$D", "C": "`echo c`", "D": "d"}}, outcome{stdout: "cd-c\n"}},
		"a value of itself":        {spec{Command: "echo $HOME $L", Environment: env{"HOME": "$HOME/y", "L": "x$M", "M": "y$L"}}, outcome{stdout: "/home/demo/y xy\n"}},
		"stdin":                    {spec{Command: "cat", Stdin: "in put", Inputs: inputs{{Path: "in put", Data: "x\n"}}}, outcome{stdout: "x\n"}},
		"own script made runnable": {spec{Command: "run.sh 7", Inputs: inputs{{Path: "run.sh", Data: "#!/bin/sh\nexit $1\n"}}}, outcome{code: 7}},
		"exit code":                {spec{Command: "exit 3"}, outcome{code: 3}},
		"precommand first":         {spec{Command: "echo $V main; cat f", Pre: &hook{Script: "V=lost\necho pre > f"}}, outcome{stdout: "main\npre\n"}},
		"precommand in the job":    {spec{Command: "echo $V main", Pre: &hook{Script: "V=kept\n", InJob: true}}, outcome{stdout: "kept main\n"}},
		"precommand fails":         {spec{Command: "echo main", Pre: &hook{Script: "exit 4"}}, outcome{stderr: "User precommand failed with exit code 4\n", code: 4}},
		"failing pre, any exit ok": {spec{Command: "echo main", Pre: &hook{Script: "exit 4"}, IgnoreExitCode: true}, outcome{stderr: "User precommand failed with exit code 4\n", code: -1}},
		"failing pre ignored":      {spec{Command: "echo main", Pre: &hook{Script: "exit 4", IgnoreExitCode: true}}, outcome{stdout: "main\n"}},
		"postcommand last":         {spec{Command: "echo main", Post: &hook{Script: "echo post"}}, outcome{stdout: "main\npost\n"}},
		"no post after failure":    {spec{Command: "false", Post: &hook{Script: "echo post"}}, outcome{code: 1}},
		"post if any exit ok":      {spec{Command: "exit_with() { return 3; }; exit_with", Post: &hook{Script: "echo post"}, IgnoreExitCode: true}, outcome{stdout: "post\n", code: 3}},
		"postcommand fails":        {spec{Command: "true", Post: &hook{Script: "exit 9"}}, outcome{stderr: "User postcommand failed with exit code 9\n", code: 9}},
		"the job knows itself":     {spec{Command: "test $UC_WORKING_DIRECTORY = $PWD && echo $UC_EXECUTABLE"}, outcome{stdout: "test $UC_WORKING_DIRECTORY = $PWD && echo $UC_EXECUTABLE\n"}},
		"a program, exactly":       {spec{Executable: "printf", Arguments: []string{"%s|", "$HOME", "a b", "it's"}, Pre: &hook{Script: "true"}}, outcome{stdout: "$HOME|a b|it's|"}},
		"a program and its hooks":  {spec{Executable: "cat", Stdin: "$x", Inputs: inputs{{Path: "$x", Data: "in\n"}}, Pre: &hook{Script: "cat; echo pre"}, Post: &hook{Script: "echo post"}}, outcome{stdout: "pre\nin\npost\n"}},
		"its variables, exactly":   {spec{Executable: "sh", Arguments: []string{"-c", "echo $A"}, Environment: env{"A": "$HOME"}, Pre: &hook{Script: "true"}}, outcome{stdout: "$HOME\n"}},
		"a script and its hooks":   {spec{Script: "echo \"$1\"; exit 3", Arguments: []string{"a b"}, Pre: &hook{Script: "echo pre"}, Post: &hook{Script: "echo post"}}, outcome{stdout: "pre\na b\n", code: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := play(t, c.spec); got != c.want {
				t.Errorf("got  %+v\nwant %+v\nscript:\n%s", got, c.want, script.Render(c.spec, "").Script)
			}
		})
	}
}

// The exit code is in a file for who looks for it there; that of an earlier
// run is not.
func TestExitCodeFile(t *testing.T) {
	t.Parallel()
	got := play(t, spec{Command: "test ! -e " + script.ExitCode + " && exit 5", Inputs: inputs{{Path: script.ExitCode, Data: "7\n"}}})
	if got.code != 5 {
		t.Errorf("%+v", got)
	}
}

// What needs no shell is left as it is.
func TestPlainJobsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	for _, s := range []spec{
		{}, {Executable: "/bin/date", Arguments: []string{"$x"}, Environment: env{"A": "$B"}}, {Script: "exit 3", Stdin: "f"},
		{Umask: "077", Inputs: inputs{{Path: "f"}}}, {Script: "true", Umask: "022"},
	} {
		if got := script.Render(s, ""); !reflect.DeepEqual(got, s) {
			t.Errorf("%+v became %+v", s, got)
		}
	}
	if line := script.Words([]string{"/opt/my prog", "it's", "$x"}); line != `'/opt/my prog' 'it'\''s' '$x'` {
		t.Error(line)
	}
}
