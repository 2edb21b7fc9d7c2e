package sandbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esmem"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// living is a view of an owner's jobs, two a page.
type living struct {
	jobs []id.ID
	err  error
}

func (l living) Fresh(context.Context) error { return l.err }
func (l living) Living(_ context.Context, _ string, after id.ID, limit int) ([]id.ID, error) {
	var out []id.ID
	for _, n := range l.jobs {
		if n > after && len(out) < limit {
			out = append(out, n)
		}
	}
	return out, nil
}

func box(digit string) string { return Dir + "/" + strings.Repeat(digit, 64) }

func TestJobsNameSandboxesByTheirImports(t *testing.T) {
	t.Parallel()
	st := esmem.New()
	say := func(owner string, n id.ID, data string) {
		_, err := st.Append(t.Context(), jobsapi.Topic(owner, n), 0, es.Commit{Command: owner + n.String(), Events: []es.Event{{
			ID: owner + n.String() + ".0", Type: jobsapi.EventSubmitted, Source: jobsapi.Source, Subject: jobsapi.Subject(n), Time: time.Unix(1, 0), Data: []byte(data),
		}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	var jobs []id.ID
	for n := range id.ID(2*page + 3) {
		jobs = append(jobs, n+1)
		say("alice", n+1, `{"spec":{"executable":"x"}}`)
	}
	last := id.ID(2*page + 4)
	say("alice", last, fmt.Sprintf(`{"spec":{"imports":[{"from":"http://x/sandbox"},{"from":"%s","to":"."}]}}`, filesapi.SandboxURL(box("1"))))
	say("alice", last+1, fmt.Sprintf(`{"spec":{"sweep":[{"kind":"import","values":["%s","%s"]}]}}`, filesapi.SandboxURL(box("2")), filesapi.SandboxURL(box("3"))))
	say("alice", last+2, fmt.Sprintf(`{"spec":{"imports":[{"from":"%s","to":"."}]}}`, filesapi.SandboxURL(box("4")))) // not living
	say("bob", last+3, fmt.Sprintf(`{"spec":{"imports":[{"from":"%s","to":"."}]}}`, filesapi.SandboxURL(box("5"))))
	r := References{Jobs: living{jobs: append(jobs, last, last+1)}, Journal: st}
	named, err := r.Named(t.Context(), "alice", []string{box("1"), box("3"), box("4"), box("5")})
	if got := slices.Sorted(maps.Keys(named)); err != nil || !slices.Equal(got, []string{box("1"), box("3")}) {
		t.Errorf("%v, %v", got, err)
	}
	behind := errors.New("behind")
	r.Jobs = living{err: behind}
	if _, err := r.Named(t.Context(), "alice", []string{box("1")}); !errors.Is(err, behind) {
		t.Errorf("a view that is behind: %v", err)
	}
}
