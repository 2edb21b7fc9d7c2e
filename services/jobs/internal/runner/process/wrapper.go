package process

import (
	"strconv"
	"strings"
)

// wrapper is the supervisor of one run: a shell that leads the run's session
// and outlives the runner. It writes two lines into the instance's journal:
//
//	claim <run> <pid> <deadline> .     the command is started now
//	exit <run> <code> .                the command has ended
//
// The journal's path leads through the instance's directory, so that renaming
// that shuts out every supervisor that has not opened it yet. The signals are
// trapped, not ignored, so that the command gets its defaults back while the
// shell lives on to write the exit line. Everything is passed as an argument;
// none of it becomes text of this program, and no variable is set before the
// command is started, for it might be one of the job's.
//
// It costs one exec of sh and one vfork: about half of what fork and exec of
// /bin/true yield alone. Files of its own for each run cost a third more, and
// many times that on ext4 once many have been deleted: it does not give out
// the inodes of files deleted lately, and steps over each of them.
const wrapper = `{ exec 3>>"$1"; } 2>/dev/null || exit 125
trap : HUP INT QUIT TERM USR1 USR2 XCPU
printf '\nclaim %s %s %s .\n' "$2" "$$" "$3" >&3 || exit 125
ulimit -c 0
test 0 -eq "$4" || ulimit -n "$4"
command_of_job() {
shift 4
"$@" 3>&-
}
command_of_job "$@"
s=$?
printf '\nexit %s %s .\n' "$2" "$s" >&3
exit "$s"`

// title is the wrapper's $0: it makes runs easy to see in a process list, and
// with the journal and the run it tells a supervisor from a reused pid.
const title = "heddle-job"

// claim is what a supervisor is known by.
type claim struct {
	journal string // path, as it was when the supervisor was started
	run     string // key
}

// wrap returns the argument list of a supervisor.
func wrap(shell string, c claim, deadline int64, files int, command []string) []string {
	return append([]string{shell, "-c", wrapper, title, c.journal, c.run,
		strconv.FormatInt(deadline, 10), strconv.Itoa(files)}, command...)
}

// claimOf returns what a process with this argument list supervises; ok is
// false if it is no supervisor.
func claimOf(cmdline []byte) (c claim, ok bool) {
	args := strings.SplitN(string(cmdline), "\x00", 7)
	if len(args) < 7 || args[1] != "-c" || args[2] != wrapper || args[3] != title {
		return claim{}, false
	}
	return claim{args[4], args[5]}, true
}
