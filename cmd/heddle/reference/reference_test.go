package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

const root = "../../.."

// A reader of docs/ sees what the programs of the same commit do.
func TestPagesAreUpToDate(t *testing.T) {
	t.Parallel()
	pages, err := render(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range pages {
		if got, err := os.ReadFile(root + "/" + path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is out of date (%v); run make gen", path, err)
		}
	}
}

func TestEveryOptionIsExplained(t *testing.T) {
	t.Parallel()
	for line := range strings.SplitSeq(string(configPage()), "\n") {
		if strings.HasPrefix(line, "| `--") && strings.HasSuffix(line, "|  |") {
			t.Errorf("no meaning: %s", line)
		}
	}
}

func TestAnEventThatNobodyToldOfIsAnError(t *testing.T) {
	t.Parallel()
	repository := fstest.MapFS{}
	for _, f := range families() {
		for _, e := range f.events {
			repository[f.samples+"/"+e.event+".json"] = &fstest.MapFile{Data: []byte("{}\n")}
		}
	}
	if _, err := eventsPage(repository); err != nil {
		t.Fatal(err)
	}
	const stranger = "services/jobs/jobsapi/testdata/events/jobs.job.paused.v1.json"
	repository[stranger] = &fstest.MapFile{Data: []byte("{}")}
	if _, err := eventsPage(repository); err == nil || !strings.Contains(err.Error(), stranger) {
		t.Errorf("a form without a line: %v", err)
	}
	delete(repository, stranger)
	delete(repository, "services/auth/authapi/testdata/events/auth.key.announced.v1.json")
	if _, err := eventsPage(repository); err == nil {
		t.Error("a line without a form is no error")
	}
}
