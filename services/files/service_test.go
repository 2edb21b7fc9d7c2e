package files_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// TestWorkDirIsThereAtOnce submits jobs and uses their directories at once, on
// whatever replica answers: none may be missed.
//
// covers: U4-155
func TestWorkDirIsThereAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, 2)
	ctx := as(t, "alice")
	for i := range id.ID(50) {
		storage := s.submit(t, "alice", 1000+i)
		f, err := s.client.Write(ctx, filesapi.WriteRequest{Path: at(storage, "in/put"), Data: []byte("12345")})
		if err != nil || f.Path != "/in/put" || f.Size != 5 {
			t.Fatalf("job %d: %+v, %v", i, f, err)
		}
	}
	storage := jobsapi.WorkDir(1000)
	if st, err := s.client.Storage(ctx, filesapi.StorageRequest{ID: storage}); err != nil || st.Kind != filesapi.KindWorkDir ||
		st.Owner != "alice" || st.Job != id.ID(1000).String() || st.Free <= 0 || st.Total <= 0 {
		t.Errorf("storage %+v, %v", st, err)
	}
	_, err := s.client.MakeDir(ctx, at(storage, "d/e"))
	must(t, err)
	l, err := s.client.List(ctx, filesapi.ListRequest{Path: at(storage, "/")})
	if err != nil || len(l.Entries) != 2 || l.Entries[0].Path != "/d" || l.Entries[1].Path != "/in" {
		t.Errorf("listing %+v, %v", l, err)
	}
	_, err = s.client.Remove(ctx, at(storage, "d"))
	must(t, err)
	if _, err = s.client.Stat(ctx, at(storage, "d/e")); !fault.Is(err, fault.Missing) {
		t.Errorf("removed: %v", err)
	}
	if got, err := os.ReadFile(filepath.Join(s.base, "jobs", id.ID(1000).String(), "in/put")); err != nil || string(got) != "12345" {
		t.Errorf("where the runner looks: %q, %v", got, err)
	}
}

func TestWhoMay(t *testing.T) {
	t.Parallel()
	s := start(t, 1)
	theirs := s.submit(t, "alice", 1)
	_, err := s.client.Write(as(t, "alice"), filesapi.WriteRequest{Path: at(filesapi.Home, "f"), Data: []byte("hers")})
	must(t, err)
	for name, c := range map[string]struct {
		user    string
		roles   []string
		storage string
		code    string
	}{
		"nobody":                   {"", nil, "home", "access.credentials"},
		"own home":                 {"alice", nil, "home", ""},
		"own home by name":         {"alice", nil, "home-alice", ""},
		"foreign home":             {"bob", nil, "home-alice", "storage.not_yours"},
		"foreign home, not there":  {"bob", nil, "home-carol", "storage.not_yours"},
		"operator":                 {"root", []string{who.RoleOperator}, "home-alice", ""},
		"operator, no such home":   {"root", []string{who.RoleOperator}, "home-carol", "storage.unknown"},
		"operator, no name":        {"root", []string{who.RoleOperator}, "home-../alice", "storage.unknown"},
		"own job":                  {"alice", nil, theirs, ""},
		"foreign job":              {"bob", nil, theirs, "storage.not_yours"},
		"operator, job":            {"root", []string{who.RoleOperator}, theirs, ""},
		"a component":              {"svc-x", []string{who.RoleService}, theirs, "storage.not_yours"},
		"unknown job":              {"alice", nil, jobsapi.WorkDir(2), "storage.unknown"},
		"job in capitals":          {"alice", nil, strings.ToUpper(theirs), "storage.unknown"},
		"nonsense":                 {"alice", nil, "../../etc", "storage.unknown"},
		"empty":                    {"alice", nil, "", "storage.unknown"},
		"a user id that is a path": {"../alice", nil, "home", "storage.unknown"},
	} {
		ctx, p := as(t, c.user, c.roles...), at(c.storage, "/")
		_, stat := s.client.Stat(ctx, p)
		_, list := s.client.List(ctx, filesapi.ListRequest{Path: p})
		_, storage := s.client.Storage(ctx, filesapi.StorageRequest{ID: c.storage})
		_, mkdir := s.client.MakeDir(ctx, p)
		_, ticket := s.client.Ticket(ctx, filesapi.TicketRequest{Path: p, For: filesapi.Archive})
		for op, err := range map[string]error{"stat": stat, "list": list, "storage": storage, "mkdir": mkdir, "ticket": ticket} {
			if got := code(err); got != c.code {
				t.Errorf("%s, %s: %q, want %q", name, op, got, c.code)
			}
		}
	}
	if f, err := s.client.Stat(as(t, "root", who.RoleOperator), at("home-alice", "f")); err != nil || f.Size != 4 {
		t.Errorf("the operator sees %+v, %v", f, err)
	}
	if got, _ := os.ReadDir(filepath.Join(s.base, "files", "homes")); len(got) != 1 {
		t.Errorf("homes: %v", got)
	}
}

// covers: U4-166
func TestDestroyedJobLosesItsDirectory(t *testing.T) {
	t.Parallel()
	s := start(t, 2)
	ctx := as(t, "alice")
	keep, storage := s.submit(t, "alice", 1), s.submit(t, "alice", 2)
	for _, st := range []string{keep, storage} {
		_, err := s.client.Write(ctx, filesapi.WriteRequest{Path: at(st, "deep/f"), Data: []byte("x")})
		must(t, err)
	}
	leave, err := s.client.Ticket(ctx, filesapi.TicketRequest{Path: at(storage, "g"), For: filesapi.Write})
	must(t, err)
	s.tell(t, "alice", 2, jobsapi.EventDestroyed)
	for range 10 { // at once, on whatever replica
		if _, err := s.client.Stat(ctx, at(storage, "deep/f")); code(err) != "storage.unknown" {
			t.Errorf("after it was destroyed: %v", err)
		}
	}
	until(t, "the directory is gone", func() bool { return gone(filepath.Join(s.base, "jobs", id.ID(2).String())) })
	if status := put(t, leave, "x"); status != 404 {
		t.Errorf("an old ticket still works: %d", status)
	}
	if !gone(filepath.Join(s.base, "jobs", id.ID(2).String())) {
		t.Error("the directory is back")
	}
	if _, err := s.client.Stat(ctx, at(keep, "deep/f")); err != nil {
		t.Errorf("another job's file: %v", err)
	}
}

func TestStorages(t *testing.T) {
	t.Parallel()
	s := start(t, 1)
	for i := range id.ID(5) {
		s.submit(t, "alice", 10+i)
	}
	s.submit(t, "bob", 20)
	s.tell(t, "alice", 12, jobsapi.EventDestroyed)
	ids := func(r filesapi.StoragesRequest) string {
		page, err := s.client.Storages(as(t, "alice"), r)
		must(t, err)
		var names []string
		for _, st := range page.Storages {
			if st.Free <= 0 || st.Owner != "alice" {
				t.Errorf("storage %+v", st)
			}
			names = append(names, strings.TrimLeft(strings.TrimSuffix(st.ID, "-uspace"), "0"))
		}
		return fmt.Sprint(page.Total, names)
	}
	for want, r := range map[string]filesapi.StoragesRequest{
		"1 [home]":         {},
		"1 []":             {Offset: 1},
		"5 [home e d b a]": {WorkDirs: true},
		"5 [home e]":       {WorkDirs: true, Limit: 2},
		"5 [home]":         {WorkDirs: true, Limit: 1},
		"5 [d b]":          {WorkDirs: true, Limit: 2, Offset: 2},
		"5 []":             {WorkDirs: true, Offset: 9},
	} {
		if got := ids(r); got != want {
			t.Errorf("%+v: %s, want %s", r, got, want)
		}
	}
}

func TestBadRequestsNameTheirField(t *testing.T) {
	t.Parallel()
	s := start(t, 1)
	ctx := as(t, "alice")
	_, limit := s.client.List(ctx, filesapi.ListRequest{Path: at("home", ""), Limit: -1})
	_, offset := s.client.Storages(ctx, filesapi.StoragesRequest{Offset: -1})
	_, path := s.client.Stat(ctx, at("home", "a/../../b"))
	_, purpose := s.client.Ticket(ctx, filesapi.TicketRequest{Path: at("home", "f"), For: "dance"})
	_, patterns := s.client.Ticket(ctx, filesapi.TicketRequest{Path: at("home", ""), For: filesapi.Archive, Patterns: []string{"["}})
	_, strange := s.client.Ticket(ctx, filesapi.TicketRequest{Path: at("home", "f"), For: filesapi.Write, Patterns: []string{"x"}})
	_, root := s.client.Remove(ctx, at("home", "/"))
	for field, err := range map[string]error{
		"limit": limit, "offset": offset, "path": path, "for": purpose, "patterns": patterns,
	} {
		if f := fault.From(err); err == nil || len(f.Fields) != 1 || f.Fields[0].Name != field {
			t.Errorf("%s: %+v", field, f)
		}
	}
	if !fault.Is(strange, fault.Invalid) || !fault.Is(root, fault.Invalid) || !fault.Is(path, fault.Denied) {
		t.Errorf("%v; %v; %v", strange, root, path)
	}
	_, err := s.client.Write(ctx, filesapi.WriteRequest{Path: at("home", "f"), Data: make([]byte, filesapi.MaxInline+1)})
	if f := fault.From(err); f.Status != 413 {
		t.Errorf("too large to write at once: %v", err)
	}
	if _, err := s.client.Stat(ctx, at("home", "f")); !fault.Is(err, fault.Missing) {
		t.Errorf("it was stored: %v", err)
	}
}

// TestLongListing: a page that would not fit into a message is a shorter one,
// and nothing is lost between the pages.
func TestLongListing(t *testing.T) {
	t.Parallel()
	s := start(t, 1)
	ctx := as(t, "alice")
	_, err := s.client.MakeDir(ctx, at("home", "d"))
	must(t, err)
	const count = 2000
	for i := range count {
		name := fmt.Sprintf("%04d-%s", i, strings.Repeat("n", 240))
		must(t, os.WriteFile(filepath.Join(s.base, "files/homes/alice/d", name), nil, 0o600))
	}
	seen, after := 0, ""
	for pages := 1; ; pages++ {
		l, err := s.client.List(ctx, filesapi.ListRequest{Path: at("home", "d"), Limit: 10000, After: after})
		must(t, err)
		seen += len(l.Entries)
		if after = l.Next; after == "" {
			if seen != count || pages < 2 {
				t.Errorf("%d entries on %d pages", seen, pages)
			}
			return
		}
	}
}

func TestHealsAfterNATSWasAway(t *testing.T) {
	t.Parallel()
	s := start(t, 1)
	ctx := as(t, "alice")
	storage := s.submit(t, "alice", 1)
	_, err := s.client.Write(ctx, filesapi.WriteRequest{Path: at(storage, "f"), Data: []byte("x")})
	must(t, err)
	s.nats.Restart(t)
	until(t, "it answers again", func() bool { _, err := s.client.Stat(ctx, at(storage, "f")); return err == nil })
	if _, err = s.client.Stat(ctx, at(s.submit(t, "alice", 2), "/")); err != nil {
		t.Errorf("a job submitted after that: %v", err)
	}
}
