package unicore_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend/backendtest"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore"
	"github.com/heddle-dev/heddle/services/gateway/internal/wiretest"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// sessions has ids that can be written into a file.
type sessions map[string]authapi.Resolved

func (s sessions) Begin(_ context.Context, p authapi.Resolved) (session.Ticket, error) {
	id := fmt.Sprintf("session-%d", len(s)+1)
	s[id] = p
	return session.Ticket{ID: id, Lifetime: 8 * time.Hour}, nil
}

func (s sessions) Resume(_ context.Context, id string) (authapi.Resolved, session.Ticket, error) {
	p, ok := s[id]
	if !ok {
		return p, session.Ticket{}, session.ErrNone
	}
	p.Principal.Method = who.MethodSession
	return p, session.Ticket{ID: id, Lifetime: 7 * time.Hour}, nil
}

// kept is a place in memory. Its versions count what was put there.
type kept map[string][]string

func (k kept) Get(_ context.Context, owner, name string) ([]byte, uint64, error) {
	if list := k[owner+"."+name]; len(list) > 0 {
		return []byte(list[len(list)-1]), uint64(len(list)), nil
	}
	return nil, 0, nil
}

func (k kept) Put(_ context.Context, owner, name string, text []byte, version uint64) error {
	name = owner + "." + name
	if version != uint64(len(k[name])) {
		return fault.New(fault.Conflict, "kept.changed", "It was changed at the same time.")
	}
	k[name] = append(k[name], string(text))
	return nil
}

func (s sessions) Check(who.Facts) error { return nil }

func container(jobs *backendtest.Jobs, files *backendtest.Files) rest.Container {
	return unicore.Container(deps(jobs, files))
}

func deps(jobs *backendtest.Jobs, files *backendtest.Files) unicore.Deps {
	return unicore.Deps{
		Site: "DEMO-SITE", Version: "0.1.0", Backend: backendtest.New(jobs, files),
		Prover: backendtest.Prover(), Sessions: sessions{},
		URLs:        func(*http.Request) string { return "https://heddle.example" },
		Certificate: func() []byte { return []byte("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n") },
		Issuer:      issuer{}, Kept: kept{},
		Now: func() time.Time { return backendtest.At }, Log: slog.New(slog.DiscardHandler),
	}
}

// furnished has jobs of every kind and files in a home and a working directory.
func furnished() (*backendtest.Jobs, *backendtest.Files) {
	jobs, files := &backendtest.Jobs{}, &backendtest.Files{}
	at := func(minutes int) time.Time { return backendtest.At.Add(time.Duration(minutes) * time.Minute) }
	code := 3
	failed := jobsapi.Job{
		ID: backendtest.FirstID, Owner: "u1", OwnerName: "demouser", Group: "users", State: jobsapi.Failed,
		Reason: "The job exited with code 3.", ExitCode: &code, Site: "DEMO-SITE", Runner: "r1", Epoch: 1,
		Submitted: at(0), Updated: at(4), Started: at(2), Ended: at(4), Version: 7,
		Spec: jobsapi.Spec{Name: "three", Command: "exit 3", OnLogin: true, Tags: []string{"hpc", "test"}, Queue: "normal",
			Origin: &jobsapi.Origin{Dialect: "unicore", Document: []byte(`{"Executable":"exit 3","Name":"three","Job type":"INTERACTIVE"}`)}},
		History: []jobsapi.Step{
			{At: at(0), Event: "jobs.job.submitted.v1", State: jobsapi.Submitted, Text: "Submitted."},
			{At: at(1), Event: "jobs.job.queued.v1", State: jobsapi.Queued, Text: "Queued."},
			{At: at(2), Event: "jobs.job.started.v1", State: jobsapi.Running, Text: "Started."},
			{At: at(4), Event: "jobs.job.failed.v1", State: jobsapi.Failed, Text: "Failed: exit code 3."},
		},
	}
	jobs.Put(failed)
	for i, tags := range [][]string{{"hpc"}, nil, {"hpc", "test"}} {
		jobs.Put(jobsapi.Job{ID: backendtest.FirstID + 1 + id.ID(i)<<20, Owner: "u1", OwnerName: "demouser",
			State: jobsapi.Running, Submitted: at(5 + i), Started: at(6 + i), Updated: at(6 + i),
			Spec: jobsapi.Spec{Executable: "/bin/sleep", Tags: tags}})
	}
	jobs.Put(jobsapi.Job{ID: backendtest.FirstID + 1<<30, Owner: "u2", OwnerName: "alice", State: jobsapi.Queued, Submitted: at(9)})
	files.Put("home/dir/b.txt", "0123456789")
	files.Put("home/dir/a b;+.txt", "")
	files.Put("home/dir/sub/c", "c")
	files.Put("home/a.txt", "hello\n")
	files.Put(failed.Storage()+"/stdout", "out\n")
	return jobs, files
}

func TestConversations(t *testing.T) {
	t.Parallel()
	for _, file := range []string{
		// covers: C4-145 C4-158 C4-159 C4-161 U4-001 U4-003 U4-008 U4-014 U4-058 U4-059 U4-060 U4-061 U4-062 U4-063 U4-064 U4-218 U4-219
		"base",
		// covers: U4-006 U4-016 U4-017 U4-018 U4-019 U4-020 U4-021
		"sessions",
		// covers: U4-009 U4-010 U4-011 U4-012 U4-013 U4-015 U4-034
		"preferences",
		// covers: C4-207 C4-208 C4-213 C4-215 U4-025 U4-052 U4-054 U4-055 U4-065 U4-066 U4-067 U4-068 U4-069 U4-070 U4-071 U4-072 U4-074 U4-075 U4-076 U4-078 U4-079 U4-080 U4-081 U4-083 U4-084 U4-085 U4-086 U4-087 U4-089 U4-090
		"sites",
		// covers: C4-19 C4-325 C4-326 C4-328 C4-335 U4-023 U4-026 U4-027 U4-053 U4-051 U4-056 U4-151 U4-160 U4-162 U4-163 U4-164 U4-165 U4-167 U4-168 U4-169 U4-178 U4-179 U4-180 U4-181 U4-182 U4-183 U4-186 U4-187 U4-189
		"jobs",
		// covers: U4-038 U4-039 U4-040 U4-042 U4-043 U4-044 U4-045 U4-046 U4-049 U4-050 U4-088 U4-161
		"lists",
		// covers: U4-091 U4-092 U4-094 U4-098 U4-155
		"storages",
		// covers: U4-031 U4-048 U4-099 U4-100 U4-101 U4-102 U4-103 U4-104 U4-105 U4-106 U4-111 U4-114 U4-115 U4-116 U4-132
		"files",
		// covers: U4-032 U4-033 U4-035 U4-037
		"errors",
		"notyet",
		// covers: U4-220 U4-221 U4-224 U4-229
		"token",
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			wiretest.Play(t, container(furnished()), "testdata/"+file+".http")
		})
	}
}

// covers: U4-062 U4-218 U4-230
func TestWorkflowsHaveTheUtilitiesToo(t *testing.T) {
	t.Parallel()
	wiretest.Play(t, unicore.Workflows(deps(furnished())), "testdata/workflows.http")
}

// covers: C4-200 C4-338
func TestRegistry(t *testing.T) {
	t.Parallel()
	wiretest.Play(t, unicore.Registry(deps(furnished())), "testdata/registry.http")
}
