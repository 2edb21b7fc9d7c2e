package executortest

import (
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// grows is a shell function whose processes have 4 MB more each tenth of a
// second, as often as its argument says, and then rest.
const grows = `grow() { (i=0; while [ $i -lt $1 ]; do i=$((i+1)); head -c 4000000 /dev/zero; sleep 0.1; done; sleep 600) | tail & }
`

// memory is what all processes of a job have together.
func memory(t *testing.T, b Bench, _ Policy) {
	limit := jobsapi.Resources{Memory: 24_000_000}
	good := []executor.Run{
		b.Start(t, Job(jobsapi.Spec{Script: "head -c 12000000 /dev/zero | tail | wc -c; sleep 0.3", Limits: limit})),
		b.Start(t, Job(jobsapi.Spec{Executable: "true", Limits: jobsapi.Resources{Memory: 1}})),
	}
	b.exceed(t, limit, "its memory limit of 24000000 bytes was exceeded", map[string]string{
		"one":                  grows + "grow 50; wait",
		"many, each of little": grows + "grow 4; grow 4; grow 4; wait",
		"one that got away":    `setsid sh -c '` + grows + `grow 50; wait' & while :; do sleep 600; done`,
	})
	for _, run := range good {
		WantCode(t, Wait(t, run), 0)
	}
}

// processorTime is what all processes of a job use together: whether they live
// long or not, and wherever they go.
func processorTime(t *testing.T, b Bench, _ Policy) {
	limit := jobsapi.Resources{CPUTime: 1}
	idle := b.Start(t, Job(jobsapi.Spec{Script: "sleep 1.3", Limits: limit}))
	b.exceed(t, limit, "its processor-time limit of 1s is over", map[string]string{
		"many that live short": "while :; do (i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done); done",
		"those that got away":  "for i in 1 2; do setsid sh -c 'while :; do :; done' & done; while :; do sleep 600; done",
	})
	WantCode(t, Wait(t, idle), 0)
}

// exceed runs scripts at once, each of which must be ended for the reason.
func (b Bench) exceed(t *testing.T, limit jobsapi.Resources, reason string, scripts map[string]string) {
	t.Helper()
	runs := map[string]executor.Run{}
	for name, script := range scripts {
		runs[name] = b.Start(t, Job(jobsapi.Spec{Script: script, Limits: limit}))
	}
	for name, run := range runs {
		if r := Wait(t, run); !strings.HasPrefix(r.Problem, reason) || r.Signal == "" {
			t.Errorf("%s: %s", name, Show(r))
		}
	}
}
