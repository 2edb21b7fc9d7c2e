package script

import (
	"strconv"
	"strings"
)

// Stage is a hook that a script is in.
type Stage string

// The stages that a record tells.
const (
	InPre  Stage = "pre"
	InPost Stage = "post"
)

// LongestRecord is the size of the longest record in bytes.
const LongestRecord = len("post 255\n")

// ReadRecord reads what a script has written down: in which hook it is and,
// once that has failed, its exit code, else 0. It is total: anything else is
// no stage.
func ReadRecord(text string) (Stage, int) {
	line, whole := strings.CutSuffix(text, "\n")
	word, number, failed := strings.Cut(line, " ")
	at := Stage(word)
	if !whole || at != InPre && at != InPost {
		return "", 0
	}
	if !failed {
		return at, 0
	}
	code, err := strconv.Atoi(number)
	if err != nil || code < 1 || code > 255 || strconv.Itoa(code) != number {
		return "", 0
	}
	return at, code
}

// enter writes down that a hook begins. It must be known beforehand: a hook
// that is a part of the job can end the script itself.
func (w *writer) enter(at Stage) {
	if w.record != "" {
		w.line("{ echo %s >| %s; } 2>/dev/null", at, literal(w.record))
	}
}

// leave writes down that the hook is over. Emptying the file needs no room on
// the disk, and the shell goes on if it fails.
func (w *writer) leave() {
	if w.record != "" {
		w.line("{ command : >| %s; } 2>/dev/null", literal(w.record))
	}
}

// failed writes down the hook's exit code.
func (w *writer) failed(at Stage) {
	if w.record != "" {
		w.line("{ echo \"%s $heddle_code\" >| %s; } 2>/dev/null", at, literal(w.record))
	}
}
