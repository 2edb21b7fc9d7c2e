package core4

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/jobdef"
	"github.com/heddle-dev/heddle/services/gateway/internal/outputs"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// A job's log, in the order of its records' ids: what happened up to its
// process's start, the lines of its output and of its errors, what happened
// then. It is that of the latest run, for a run writes over the output of the
// one before.
const (
	partBefore = iota
	partOutput
	partErrors
	partAfter
)

// Limits of what is read of one log.
const (
	maxLine   = 16 << 10 // bytes; what is longer is cut in pieces
	maxOutput = 4 << 20  // bytes of each file
)

// jobLogs reads the log of a job, and then what was added to it. It is read by
// who is asked for in the context (see asCaller).
type jobLogs struct {
	d             *door
	before, after int // steps that were read
	files         [2]outputFile
	views         *[2]*outputs.View // of who follows: all who do share a reader; nil: files are read
}

// outputFile is how far a file was read.
type outputFile struct {
	at    int64  // bytes
	rest  []byte // the beginning of a line
	lines int
}

// more are the records that are new.
func (l *jobLogs) more(ctx context.Context, j jobsapi.Job) ([]document, error) {
	steps := latestRun(j.History)
	before := steps
	for i, s := range steps {
		if s.Event == eventStarted {
			before = steps[:i+1]
			break
		}
	}
	after := steps[len(before):]
	var out []document
	for ; l.before < len(before); l.before++ {
		out = append(out, stepRecord(j, partBefore, l.before, before[l.before]))
	}
	if !j.Started.IsZero() {
		lines, err := l.output(ctx, j, len(after) > 0)
		if err != nil {
			return nil, err
		}
		out = append(out, lines...)
	}
	for ; l.after < len(after); l.after++ {
		out = append(out, stepRecord(j, partAfter, l.after, after[l.after]))
	}
	return out, nil
}

const (
	eventStarted   = "jobs.job.started.v1"
	eventRestarted = "jobs.job.restarted.v1"
)

func latestRun(steps []jobsapi.Step) []jobsapi.Step {
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i].Event == eventRestarted {
			return steps[i:]
		}
	}
	return steps
}

// output are the new lines of both files; with all, the last may be without an end.
func (l *jobLogs) output(ctx context.Context, j jobsapi.Job, all bool) ([]document, error) {
	var out []document
	for i, name := range []string{cmp.Or(j.Spec.Stdout, "stdout"), cmp.Or(j.Spec.Stderr, "stderr")} {
		f := &l.files[i]
		lines, err := f.read(func(from int64) ([]byte, error) {
			if l.views != nil {
				return l.view(j, i, name).Bytes(ctx, from, j.State.Ended())
			}
			return l.d.Outputs.Read(ctx, filesapi.Path{Storage: j.Storage(), Path: path.Join(j.Dir(), name)}, from)
		}, all)
		if err != nil {
			return nil, err
		}
		for _, text := range lines {
			level := "INFO"
			if i == 1 {
				level = "WARNING"
			}
			out = append(out, record(j, partOutput+i, f.lines, j.Started, level, text))
			f.lines++
		}
	}
	return out, nil
}

// view is the view of one of the files, opened when it is needed first.
func (l *jobLogs) view(j jobsapi.Job, i int, name string) *outputs.View {
	if l.views[i] == nil {
		l.views[i] = l.d.Outputs.View(j, name)
	}
	return l.views[i]
}

// close gives the views up.
func (l *jobLogs) close() {
	for _, v := range l.views {
		if v != nil {
			v.Close()
		}
	}
}

// read takes the lines that are new.
func (f *outputFile) read(get func(from int64) ([]byte, error), all bool) ([]string, error) {
	var lines []string
	for f.at < maxOutput {
		b, err := get(f.at)
		if err != nil {
			return nil, err
		}
		f.at += int64(len(b))
		f.rest = append(f.rest, b...)
		for len(f.rest) > 0 {
			n, skip := bytes.IndexByte(f.rest, '\n'), 1
			if n < 0 && len(f.rest) < maxLine {
				break
			}
			if n < 0 || n > maxLine {
				n, skip = maxLine, 0
			}
			lines = append(lines, string(f.rest[:n]))
			f.rest = f.rest[n+skip:]
		}
		if len(b) < outputs.Chunk {
			break
		}
	}
	if all && len(f.rest) > 0 {
		lines, f.rest = append(lines, string(f.rest)), nil
	}
	return lines, nil
}

func stepRecord(j jobsapi.Job, part, n int, s jobsapi.Step) document {
	level := "INFO"
	if s.State == jobsapi.Failed || s.State == jobsapi.Aborted {
		level = "ERROR"
	}
	return record(j, part, n, s.At, level, s.Text)
}

// levelNumbers are Python's.
var levelNumbers = map[string]int{"INFO": 20, "WARNING": 30, "ERROR": 40}

// record is a record of a log. Its id sorts as the log does.
func record(j jobsapi.Job, part, n int, at time.Time, level, text string) document {
	return document{
		"_id": fmt.Sprintf("%016x%x%07x", uint64(j.ID), part, n), "created": moment(at), "epoch": float64(at.UnixMicro()) / 1e6,
		"identifier": objectID(j.ID.String()), "hostname": orNull(j.Site), "username": j.OwnerName,
		"level": level, "levelno": levelNumbers[level], "qual_name": jobdef.NameOf(j), "message": strings.ToValidUTF8(text, "\uFFFD"),
	}
}
