package core4

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/gateway/internal/outputs"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// A file is read from where it was read to, in whole lines, none of them
// longer than a record may be.
func TestOutputIsReadInLines(t *testing.T) {
	t.Parallel()
	content, f := "", &outputFile{}
	get := func(from int64) ([]byte, error) {
		return []byte(content[from:min(len(content), int(from)+outputs.Chunk)]), nil
	}
	long := strings.Repeat("x", maxLine+3)
	for _, step := range []struct {
		add  string
		all  bool
		want []string
	}{
		{"", false, nil}, {"one\ntw", false, []string{"one"}}, {"", false, nil}, {"o\n\nthree", false, []string{"two", ""}},
		{"\n" + long, false, []string{"three", long[:maxLine]}}, {"\n", false, []string{"xxx"}}, {"end", true, []string{"end"}}, {"", true, nil},
	} {
		content += step.add
		if got, err := f.read(get, step.all); err != nil || !slices.Equal(got, step.want) {
			t.Errorf("after %.20q: %.80q %v", step.add, got, err)
		}
	}
	content, f = strings.Repeat("a line\n", maxOutput), &outputFile{}
	got, err := f.read(get, true)
	if read := len(got) * len("a line\n"); err != nil || read < maxOutput || read > maxOutput+outputs.Chunk {
		t.Errorf("%d of %d bytes were read: %v", read, len(content), err)
	}
	if _, err := (&outputFile{}).read(func(int64) ([]byte, error) { return nil, errors.New("away") }, true); err == nil {
		t.Error("the error is not told")
	}
}

func TestTheLogIsThatOfTheLatestRun(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	j := jobsapi.Job{ID: 42, State: jobsapi.Failed}
	for _, e := range []string{"submitted", "started", "aborted", "restarted", "queued", "failed"} {
		j.History = append(j.History, jobsapi.Step{At: at, Event: "jobs.job." + e + ".v1", Text: e})
	}
	l := &jobLogs{d: &door{}}
	list, err := l.more(t.Context(), j)
	if err != nil || len(list) != 3 || list[0]["message"] != "restarted" || list[0]["_id"] != "000000000000002a00000000" {
		t.Errorf("%v %v", list, err)
	}
	if again, err := l.more(t.Context(), j); err != nil || len(again) != 0 {
		t.Errorf("once more: %v %v", again, err)
	}
}
