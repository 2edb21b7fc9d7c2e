package description_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// outcome is what came of a script.
type outcome struct {
	stdout, stderr string
	code           int // -1: killed by a signal
}

// play runs a description's script the way a runner does.
func play(t *testing.T, spec jobsapi.Spec) outcome {
	t.Helper()
	dir := t.TempDir()
	for _, in := range spec.Inputs {
		if err := os.WriteFile(filepath.Join(dir, in.Path), []byte(in.Data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "/bin/sh", "-c", spec.Script)
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

// The command line has a shell's semantics: variables expand, arguments with
// blanks split unless they are quoted, pre- and postcommands count.
func TestScriptsDoWhatUNICOREPromises(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want outcome
	}{
		"echo":                     {`{"Executable": "/bin/echo", "Arguments": ["hello"]}`, outcome{stdout: "hello\n"}},
		"command line":             {`{"Executable": "echo a b", "Arguments": ["c"]}`, outcome{stdout: "a b c\n"}},
		"blanks split":             {`{"Executable": "printf", "Arguments": ["%s.", "a b", "'c d'"]}`, outcome{stdout: "a.b.c d."}},
		"variables expand":         {`{"Executable": "echo", "Arguments": ["$HOME", "$X"], "Environment": ["X=1=2"]}`, outcome{stdout: "/home/demo 1=2\n"}},
		"values expand in order":   {`{"Executable": "echo $B", "Environment": {"A": "$HOME/x", "B": "$A  \"y\" \\ \\$A"}}`, outcome{stdout: "/home/demo/x \"y\" \\ $A\n"}},
		"environment over params":  {`{"Executable": "echo $A$B", "Parameters": {"A": "1", "B": ""}, "Environment": ["A=2"]}`, outcome{stdout: "2\n"}},
		"stdin":                    {`{"Executable": "cat", "Stdin": "in put", "Imports": [{"To": "in put", "Data": ["x"]}]}`, outcome{stdout: "x\n"}},
		"own script made runnable": {`{"Executable": "run.sh 7", "Imports": [{"To": "run.sh", "Data": "#!/bin/sh\nexit $1\n"}]}`, outcome{code: 7}},
		"exit code":                {`{"Executable": "exit 3"}`, outcome{code: 3}},
		"precommand first":         {`{"Executable": "echo $V main; cat f", "User precommand": ["V=lost", "echo pre > f"]}`, outcome{stdout: "main\npre\n"}},
		"precommand fails":         {`{"Executable": "echo main", "User precommand": "exit 4"}`, outcome{stderr: "User precommand failed with exit code 4\n", code: 4}},
		"failing pre, any exit ok": {`{"Executable": "echo main", "User precommand": "exit 4", "IgnoreNonZeroExitCode": true}`, outcome{stderr: "User precommand failed with exit code 4\n", code: -1}},
		"failing pre ignored":      {`{"Executable": "echo main", "User precommand": "exit 4", "UserPrecommandIgnoreNonZeroExitcode": "true"}`, outcome{stdout: "main\n"}},
		"postcommand last":         {`{"Executable": "echo main", "User postcommand": ["echo post"]}`, outcome{stdout: "main\npost\n"}},
		"no post after failure":    {`{"Executable": "false", "User postcommand": "echo post"}`, outcome{code: 1}},
		"post if any exit ok":      {`{"Executable": "exit_with() { return 3; }; exit_with", "User postcommand": "echo post", "IgnoreNonZeroExitCode": true}`, outcome{stdout: "post\n", code: 3}},
		"postcommand fails":        {`{"Executable": "true", "User postcommand": "exit 9"}`, outcome{stderr: "User postcommand failed with exit code 9\n", code: 9}},
		"application":              {`{"ApplicationName": "Date", "Arguments": ["-u", "-d", "@0", "+%Y"]}`, outcome{stdout: "1970\n"}},
		"the job knows itself":     {`{"Executable": "test $UC_WORKING_DIRECTORY = $PWD && echo $UC_USERDN"}`, outcome{stdout: "CN=demouser,O=Heddle\n"}},
		"permissions":              {`{"Executable": "ls -l f | cut -c1-10", "Imports": [{"To": "f", "Data": "", "Permissions": "r-xr-----"}]}`, outcome{stdout: "-r-xr-----\n"}},
		"umask":                    {`{"Executable": "umask", "Umask": "027"}`, outcome{stdout: "0027\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec, err := translate(t, c.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := play(t, spec); got != c.want {
				t.Errorf("got  %+v\nwant %+v\nscript:\n%s", got, c.want, spec.Script)
			}
		})
	}
}
