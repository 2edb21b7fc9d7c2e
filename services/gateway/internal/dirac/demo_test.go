package dirac_test

import (
	"slices"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend/backendtest"
	"github.com/heddle-dev/heddle/services/gateway/internal/dirac"
	"github.com/heddle-dev/heddle/services/gateway/internal/wiretest"
)

// covers: D0-018 D0-032 D0-033 D0-034 D0-035 D0-040 D0-041 D0-042 D0-046 D0-049 D0-051
func TestManualsExample(t *testing.T) {
	t.Parallel()
	jobs := furnished()
	c, err := dirac.Demo(t.Context(), dirac.Deps{Backend: backendtest.New(jobs, &backendtest.Files{}), Prover: backendtest.Prover(),
		Now: func() time.Time { return backendtest.At }})
	if err != nil {
		t.Fatal(err)
	}
	wiretest.Play(t, c, "testdata/demo.http")
	all := jobs.All()
	if spec := all[len(all)-1].Spec; spec.Executable != "/bin/ls" || !slices.Equal(spec.Arguments, []string{"-l"}) || spec.Origin.Dialect != "dirac" {
		t.Errorf("submitted %+v", spec)
	}
	if acts := jobs.Acts(); !slices.Equal(acts, []string{"destroy " + id.ID(2).String(), "destroy " + id.ID(3).String()}) {
		t.Errorf("deleted %v", acts)
	}
}
