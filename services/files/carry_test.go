package files_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// home puts files into a user's home; they are name, content, name, content.
func (s *site) home(t *testing.T, user string, files ...string) {
	t.Helper()
	for i := 0; i < len(files); i += 2 {
		_, err := s.client.Write(as(t, user), filesapi.WriteRequest{Path: at(filesapi.Home, files[i]), Data: []byte(files[i+1])})
		must(t, err)
	}
}

// holds checks a file of a job's working directory, "" for none.
func (s *site) holds(t *testing.T, job id.ID, name, content string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(s.base, "jobs", job.String(), name))
	if string(b) != content || (err == nil) != (content != "") {
		t.Errorf("%s holds %q, not %q; %v", name, b, content, err)
	}
}

// TestCarryBetweenStorages is what the jobs service does: it carries for the
// owner of a job between their storages.
func TestCarryBetweenStorages(t *testing.T) {
	t.Parallel()
	s := start(t, 2)
	const job = id.ID(77)
	dir := s.submit(t, "alice", job)
	s.home(t, "alice", "in/a.dat", "A", "in/b.dat", "B", "in/c.txt", "C", "in/deep/d.dat", "D", "odd/a b?#%[1].dat", "odd")
	s.home(t, "bob", "secret", "bob's")
	carrier := filesapi.NewCarrier(s.client, nil)
	ctx := who.With(t.Context(), who.Component("jobs"))
	carry := func(c filesapi.Carry) (arrived []string, err error) {
		t.Helper()
		c.Storage = dir
		if c.As == "" {
			c.As = "alice"
		}
		err = carrier.Carry(ctx, c, func(f filesapi.Carried) { arrived = append(arrived, f.Path) })
		slices.Sort(arrived)
		return arrived, err
	}
	for _, c := range []struct {
		what    filesapi.Carry
		path    string
		arrived string
	}{
		{filesapi.Carry{URL: "storage:home/in/a.dat"}, "one", "/one"},
		{filesapi.Carry{URL: "storage:home/in/a.dat"}, "sub/dir/", "/sub/dir/a.dat"},
		{filesapi.Carry{URL: "storage:home/in/b.dat"}, "sub/dir", "/sub/dir/b.dat"},
		{filesapi.Carry{URL: "storage:home/in/*.dat"}, "", "/a.dat /b.dat"},
		{filesapi.Carry{URL: "storage:home/in"}, "all", "/all/a.dat /all/b.dat /all/c.txt /all/deep/d.dat"},
		{filesapi.Carry{URL: "storage:home/in/[ab].d?t"}, "some", "/some/a.dat /some/b.dat"},
		{filesapi.Carry{URL: filesapi.StorageURL("home", "/odd/a b?#%[1].dat")}, "odd", "/odd"},
		{filesapi.Carry{URL: "storage:home/in/b.dat", Mode: filesapi.CarryAppend}, "one", "/one"},
		{filesapi.Carry{URL: "storage:home/in/c.txt", Permissions: "r-x"}, "script", "/script"},
		{filesapi.Carry{URL: "storage:home/out/one", Out: true}, "one", "/one"},
		{filesapi.Carry{URL: "storage:home/out/", Out: true}, "sub/dir/*", "/sub/dir/a.dat /sub/dir/b.dat"},
		{filesapi.Carry{URL: "storage:home/all", Out: true}, "all", "/all/a.dat /all/b.dat /all/c.txt /all/deep/d.dat"},
	} {
		c.what.Path.Path = c.path
		arrived, err := carry(c.what)
		if got := strings.Join(arrived, " "); err != nil || got != c.arrived {
			t.Errorf("%+v: %q, %v", c.what, got, err)
		}
	}
	s.holds(t, job, "one", "AB")
	s.holds(t, job, "odd", "odd")
	s.holds(t, job, "all/deep/d.dat", "D")
	if fi, err := os.Stat(filepath.Join(s.base, "jobs", job.String(), "script")); err != nil || fi.Mode().Perm() != 0o500 {
		t.Errorf("permissions %v, %v", fi.Mode(), err)
	}
	for path, want := range map[string]string{"out/one": "AB", "out/b.dat": "B", "all/deep/d.dat": "D"} {
		if b, err := os.ReadFile(filepath.Join(s.base, "files/homes/alice", path)); err != nil || string(b) != want {
			t.Errorf("%s: %q, %v", path, b, err)
		}
	}
	for _, c := range []struct {
		what filesapi.Carry
		kind fault.Kind
		says string
	}{
		{filesapi.Carry{URL: "storage:home/nothing"}, fault.Missing, "storage:home/nothing"},
		{filesapi.Carry{URL: "storage:home/in/*.nothing"}, fault.Missing, "storage:home/in/*.nothing"},
		{filesapi.Carry{URL: "storage:home/in/a.dat", Mode: filesapi.CarryNoOverwrite}, fault.Conflict, `"one" is there already`},
		{filesapi.Carry{URL: "storage:home/in/a.dat", Mode: "perhaps"}, fault.Invalid, ""},
		{filesapi.Carry{URL: "storage:home/in/a.dat", Permissions: "execute"}, fault.Invalid, ""},
		{filesapi.Carry{URL: "storage:home/../bob/secret"}, fault.Denied, "storage:home/"},
		{filesapi.Carry{URL: "storage:home-bob/secret"}, fault.Denied, "storage:home-bob/secret"},
		{filesapi.Carry{URL: "storage:home/%zz"}, fault.Invalid, ""},
		{filesapi.Carry{URL: "ftp://host/file"}, fault.Invalid, `"ftp"; offered are`},
		{filesapi.Carry{URL: "/etc/passwd"}, fault.Invalid, "offered are"},
		{filesapi.Carry{URL: "storage:home/in/a.dat", As: "bob"}, fault.Denied, ""},
	} {
		c.what.Path.Path = "one"
		_, err := carry(c.what)
		if f := fault.From(err); f == nil || f.Kind != c.kind || !strings.Contains(f.Message, c.says) {
			t.Errorf("%+v: %v", c.what, err)
		}
	}
	s.holds(t, job, "one", "AB")
}

// TestWhoMayCarry: a user for themselves, a component for whom it names.
func TestWhoMayCarry(t *testing.T) {
	t.Parallel()
	s := start(t, 1)
	dir := s.submit(t, "alice", 7)
	s.home(t, "alice", "f", "x")
	carrier := filesapi.NewCarrier(s.client, nil)
	for name, c := range map[string]struct {
		caller who.Principal
		as     string
		kind   fault.Kind
	}{
		"the owner":            {who.Principal{ID: "alice"}, "", ""},
		"the owner, by name":   {who.Principal{ID: "alice"}, "alice", ""},
		"a component":          {who.Component("jobs"), "alice", ""},
		"a component, for bob": {who.Component("jobs"), "bob", fault.Denied},
		"a component, alone":   {who.Component("jobs"), "", fault.Invalid},
		"bob":                  {who.Principal{ID: "bob"}, "", fault.Denied},
		"bob, as alice":        {who.Principal{ID: "bob"}, "alice", fault.Denied},
		"nobody":               {who.Principal{}, "alice", fault.Unauthenticated},
		"nobody as nobody":     {who.Principal{}, "", fault.Unauthenticated},
	} {
		what := filesapi.Carry{Path: at(dir, name), URL: "storage:home/f", As: c.as}
		err := carrier.Carry(who.With(t.Context(), c.caller), what, func(filesapi.Carried) {})
		if c.kind == "" && err != nil || c.kind != "" && !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	what := filesapi.Carry{Path: at(jobsapi.WorkDir(8), "f"), URL: "storage:home/f", As: "alice"}
	if err := carrier.Carry(who.With(t.Context(), who.Component("jobs")), what, nil); !fault.Is(err, fault.Missing) {
		t.Errorf("no such storage: %v", err)
	}
}
