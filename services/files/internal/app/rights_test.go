package app

import (
	"maps"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Whoever the jobs service lets read a job may read its files, and who may act
// on it may write them too; nobody is let into a home that way.
func TestOtherPeoplesJobs(t *testing.T) {
	t.Parallel()
	a, _, _ := start(t)
	job := jobsapi.WorkDir(1)
	if _, err := a.MakeDir(alice(t), filesapi.Path{Storage: job, Path: "d"}); err != nil {
		t.Fatal(err)
	}
	for user, c := range map[string]struct{ read, write fault.Kind }{
		"reader": {"", fault.Denied}, "writer": {}, "stranger": {fault.Denied, fault.Denied},
		"lost": {fault.Unavailable, fault.Unavailable}, "late": {fault.Missing, fault.Missing},
	} {
		ctx := who.With(t.Context(), who.Principal{ID: user})
		errs := everyAs(ctx, a, job)
		writes := map[string]error{"mkdir": errs["mkdir"], "write": errs["write"], "put": errs["put"], "remove": errs["remove"]}
		maps.DeleteFunc(errs, func(op string, _ error) bool { _, is := writes[op]; return is })
		expect(t, user+" reads", errs, c.read)
		expect(t, user+" writes", writes, c.write)
		if _, err := a.MakeDir(alice(t), filesapi.Path{Storage: job, Path: "d"}); err != nil {
			t.Fatal(err) // the writer removed it
		}
		expect(t, user+" in a home", everyAs(ctx, a, filesapi.Home+"-alice"), fault.Denied)
	}
	for _, user := range []string{"reader", "writer"} {
		page, err := a.Storages(who.With(t.Context(), who.Principal{ID: user}), filesapi.StoragesRequest{})
		if err != nil || page.Total != 1 {
			t.Errorf("%s has the storages %+v, %v", user, page, err)
		}
	}
}
