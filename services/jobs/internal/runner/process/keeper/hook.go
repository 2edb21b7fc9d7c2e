package keeper

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/script"
)

// hooked is why a run has failed that ended in a hook, by what its script has
// written down; empty: it did not. Who runs the job can write what he likes
// there, and deceives nobody but himself.
func (r *run) hooked(how end) string {
	if r.hook == "" || how == (end{}) {
		return ""
	}
	hook, code := script.ReadRecord(readRecord(r.hook))
	what := map[script.Stage]string{script.InPre: "The pre-command", script.InPost: "The post-command"}[hook]
	if what == "" {
		return ""
	}
	switch {
	case code > 0:
		what += fmt.Sprintf(" exited with code %d", code)
	case how.signal > 0:
		what += " was ended by signal " + unix.SignalName(unix.Signal(how.signal))
	default:
		what += fmt.Sprintf(" exited with code %d", how.code)
	}
	if hook == script.InPre {
		what += "; the program was not run"
	}
	return what + "."
}

// readRecord is the text of a record, as far as one can be long. It waits for
// nobody, whatever has been put in the file's place.
func readRecord(path string) string {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOFOLLOW, 0)
	if err != nil {
		return ""
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	text, err := io.ReadAll(io.LimitReader(f, int64(script.LongestRecord)+1))
	if err != nil {
		return ""
	}
	return string(text)
}
