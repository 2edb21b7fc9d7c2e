package native

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend/backendtest"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// What the service told is passed on unread; it must be what a Job looks like
// that was read, through a connection and without one.
func TestWhatIsToldIsTheJob(t *testing.T) {
	t.Parallel()
	for name, reach := range map[string]func(*testing.T, *backendtest.Jobs) jobsapi.Service{
		"in the process": func(_ *testing.T, s *backendtest.Jobs) jobsapi.Service { return s },
		"over NATS":      overNATS,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := &backendtest.Jobs{}
			ctx := who.With(t.Context(), who.Principal{ID: "u1", Name: "ann", Group: "users"})
			answer, err := jobsapi.SubmitTold(ctx, reach(t, service), jobsapi.SubmitRequest{Spec: jobsapi.Spec{
				Name: `a "quoted" <name> & }`, Executable: "/bin/true", Parent: &jobsapi.Parent{Job: "0f3k2m9qxya", Dir: "3"},
			}})
			if err != nil {
				t.Fatal(err)
			}
			j := service.All()[0]
			if answer.ID != j.ID || answer.Version != j.Version || answer.Storage != j.Storage() {
				t.Errorf("told %v version %d in %s of %+v", answer.ID, answer.Version, answer.Storage, j)
			}
			want, err := json.Marshal(show(j))
			if err != nil {
				t.Fatal(err)
			}
			if got := told(answer); alike(t, got) != alike(t, want) {
				t.Errorf("told\n%s\nnot\n%s", got, want)
			}
		})
	}
}

// alike spells equal JSON alike.
func alike(t *testing.T, text []byte) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func overNATS(t *testing.T, s *backendtest.Jobs) jobsapi.Service {
	t.Helper()
	nc := natstest.Start(t).Conn(t)
	srv, err := natsrpc.Serve(t.Context(), nc, natsrpc.Config{Name: "jobs"}, jobsapi.Endpoints(s, struct{ jobsapi.Dispatch }{}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Stop(context.WithoutCancel(t.Context())) })
	return jobsapi.NewClient(nc)
}
