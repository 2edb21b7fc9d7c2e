package app

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/disk"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
	"github.com/heddle-dev/heddle/services/files/internal/ticket"
	"github.com/heddle-dev/heddle/services/files/internal/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// behind is a view that may not have caught up; every job in it is alice's.
type behind struct{ err error }

func (b *behind) Fresh(context.Context) error { return b.err }
func (b *behind) Job(_ context.Context, n id.ID) (view.Job, bool, error) {
	return view.Job{ID: n, Owner: "alice"}, true, nil
}
func (b *behind) Jobs(context.Context, string, int, int) ([]view.Job, int, error) {
	return []view.Job{{ID: 1, Owner: "alice"}}, 1, nil
}

// lent are the rights to alice's job that others have by their ids.
type lent map[string]jobsapi.Access

func (l lent) Access(ctx context.Context, r jobsapi.AccessRequest) (jobsapi.Access, error) {
	switch who.From(ctx).ID {
	case "lost":
		return jobsapi.Access{}, fault.New(fault.Unavailable, "jobs.away", "Nobody answers.").WithRetry(time.Second)
	case "late":
		return jobsapi.Access{}, fault.New(fault.Missing, "job.unknown", "There is no such job.")
	}
	return l[who.From(ctx).ID], nil
}

func start(t *testing.T) (a *App, jobs *behind, base string) {
	t.Helper()
	base = t.TempDir()
	d, err := storage.NewDisk(base, filepath.Join(base, "jobs"))
	if err != nil {
		t.Fatal(err)
	}
	jobs = &behind{}
	return New(Config{
		Disk: d, Gate: disk.NewGate(4, 10*time.Second), Jobs: jobs, URL: "http://here/data", Now: time.Now,
		Signer: ticket.NewSigner(make([]byte, ticket.KeySize)),
		Rights: lent{"reader": {Read: true}, "writer": {Read: true, Write: true}},
	}), jobs, base
}

func alice(t *testing.T) context.Context {
	return who.With(t.Context(), who.Principal{ID: "alice"})
}

// every makes one call of each operation on a storage.
func every(t *testing.T, a *App, storage string) map[string]error {
	return everyAs(alice(t), a, storage)
}

func everyAs(ctx context.Context, a *App, storage string) map[string]error {
	p := filesapi.Path{Storage: storage, Path: "d"}
	_, mkdir := a.MakeDir(ctx, p)
	_, get := a.Storage(ctx, filesapi.StorageRequest{ID: storage})
	_, stat := a.Stat(ctx, p)
	_, list := a.List(ctx, filesapi.ListRequest{Path: p})
	_, write := a.Write(ctx, filesapi.WriteRequest{Path: filesapi.Path{Storage: storage, Path: "d/f"}})
	_, leave := a.Ticket(ctx, filesapi.TicketRequest{Path: p, For: filesapi.Archive})
	_, put := a.Ticket(ctx, filesapi.TicketRequest{Path: filesapi.Path{Storage: storage, Path: "d/f"}, For: filesapi.Write})
	_, remove := a.Remove(ctx, p)
	return map[string]error{"mkdir": mkdir, "storage": get, "stat": stat, "list": list, "write": write, "ticket": leave, "put": put, "remove": remove}
}

func expect(t *testing.T, when string, errs map[string]error, kind fault.Kind) {
	t.Helper()
	for op, err := range errs {
		switch {
		case kind == "" && err != nil, kind != "" && !fault.Is(err, kind):
			t.Errorf("%s, %s: %v", when, op, err)
		case kind == fault.Unavailable && fault.From(err).RetryAfter <= 0:
			t.Errorf("%s, %s: no hint when to try again", when, op)
		}
	}
}

func TestLostDiskIsUnavailableAndHeals(t *testing.T) {
	t.Parallel()
	a, _, base := start(t)
	job := jobsapi.WorkDir(1)
	expect(t, "all well", every(t, a, filesapi.Home), "")
	expect(t, "all well", every(t, a, job), "")
	for _, dir := range []string{"homes", "jobs"} {
		if err := os.Rename(filepath.Join(base, dir), filepath.Join(base, dir+"-away")); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, "no disk", every(t, a, filesapi.Home), fault.Unavailable)
	expect(t, "no disk", every(t, a, job), fault.Unavailable)
	page, err := a.Storages(alice(t), filesapi.StoragesRequest{WorkDirs: true})
	if err != nil || len(page.Storages) != 2 || page.Storages[0].Free != -1 || page.Storages[1].Total != -1 {
		t.Errorf("the list of storages: %+v, %v", page, err)
	}
	for _, dir := range []string{"homes", "jobs"} {
		if err := os.Rename(filepath.Join(base, dir+"-away"), filepath.Join(base, dir)); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, "back again", every(t, a, filesapi.Home), "")
	expect(t, "back again", every(t, a, job), "")
}

func TestViewThatIsBehindStopsWorkDirsOnly(t *testing.T) {
	t.Parallel()
	a, jobs, base := start(t)
	jobs.err = fault.New(fault.Unavailable, "files.behind", "Catching up.").WithRetry(time.Second)
	expect(t, "behind", every(t, a, jobsapi.WorkDir(1)), fault.Unavailable)
	expect(t, "behind", every(t, a, filesapi.Home), "")
	if names, err := os.ReadDir(filepath.Join(base, "jobs")); err != nil || len(names) != 0 {
		t.Errorf("made meanwhile: %v, %v", names, err)
	}
}

func TestTicketSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	a, _, _ := start(t)
	ask := filesapi.TicketRequest{Path: filesapi.Path{Storage: filesapi.Home, Path: "a/b"}, For: filesapi.Write}
	got, err := a.Ticket(alice(t), ask)
	if err != nil || got.URL != "http://here/data" {
		t.Fatalf("%+v, %v", got, err)
	}
	leave, err := a.Signer.Check(got.Token, got.Expires.Add(-time.Second))
	if err != nil || leave.Tree != (storage.Key{Kind: storage.Homes, Name: "alice"}) || leave.Path != "a/b" ||
		leave.For != filesapi.Write || leave.User != "alice" || !leave.Expires.Equal(got.Expires) {
		t.Errorf("%+v, %v", leave, err)
	}
	ask.For = filesapi.Read
	if _, err := a.Ticket(alice(t), ask); !fault.Is(err, fault.Missing) {
		t.Errorf("to read what is not there: %v", err)
	}
}

func TestSmallFilesAreWrittenByTheirMode(t *testing.T) {
	t.Parallel()
	a, _, _ := start(t)
	a.MaxFile = filesapi.MaxInline + 2
	write := func(mode string, data []byte) (int64, error) {
		f, err := a.Write(alice(t), filesapi.WriteRequest{Path: filesapi.Path{Storage: "home", Path: "f"}, Data: data, Mode: mode})
		return f.Size, err
	}
	large := make([]byte, filesapi.MaxInline)
	for _, c := range []struct {
		mode string
		data []byte
		size int64 // afterwards; 0: refused
		kind fault.Kind
	}{
		{"nooverwrite", large, filesapi.MaxInline, ""}, {"nooverwrite", large, 0, fault.Conflict}, {"append", []byte("xy"), filesapi.MaxInline + 2, ""},
		{"append", []byte("z"), 0, fault.Exhausted}, {"prepend", nil, 0, fault.Invalid}, {"overwrite", []byte("z"), 1, ""}, {"", large, filesapi.MaxInline, ""},
	} {
		size, err := write(c.mode, c.data)
		if (c.size == 0) != (err != nil) || size != c.size || err != nil && !fault.Is(err, c.kind) {
			t.Errorf("%q of %d bytes: %d, %v", c.mode, len(c.data), size, err)
		}
	}
}

func TestSmallFilesGetTheirPermissions(t *testing.T) {
	t.Parallel()
	a, _, _ := start(t)
	write := func(permissions string) (filesapi.File, error) {
		return a.Write(alice(t), filesapi.WriteRequest{Path: filesapi.Path{Storage: "home", Path: "script"}, Data: []byte("x"), Permissions: permissions})
	}
	for _, c := range []struct {
		permissions string
		mode        uint32
	}{{"", 0o600}, {"r-x", 0o500}, {"rwxr-x", 0o750}, {"", 0o750}} {
		if f, err := write(c.permissions); err != nil || f.Mode != c.mode {
			t.Errorf("%q: %o, %v", c.permissions, f.Mode, err)
		}
	}
	if _, err := write("755"); !fault.Is(err, fault.Invalid) || fault.From(err).Fields[0].Name != "permissions" {
		t.Errorf("%v", err)
	}
}
