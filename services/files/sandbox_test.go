package files_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// sent is a file of a client's.
type sent struct{ name, text string }

// from hands files over one by one.
func from(files ...sent) func() (string, io.Reader, error) {
	return func() (string, io.Reader, error) {
		if len(files) == 0 {
			return "", nil, io.EOF
		}
		f := files[0]
		files = files[1:]
		return f.name, strings.NewReader(f.text), nil
	}
}

// fetch gets a sandbox; header is name, value.
func (s *site) fetch(ctx context.Context, box filesapi.SandboxRequest, header ...string) (*httptest.ResponseRecorder, error) {
	w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil).WithContext(ctx)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	err := s.mover.GetSandbox(w, r, box)
	return w, err
}

// members unpacks a tar.gz: "name=text".
func members(t *testing.T, body io.Reader) string {
	t.Helper()
	zip, err := gzip.NewReader(body)
	must(t, err)
	var out []string
	for in := tar.NewReader(zip); ; {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return strings.Join(out, " ")
		}
		must(t, err)
		text, err := io.ReadAll(in)
		must(t, err)
		out = append(out, fmt.Sprintf("%s=%s", h.Name, text))
	}
}

// kept are the files below the directory of an owner's sandboxes.
func (s *site) kept(owner string) (names []string) {
	_ = filepath.WalkDir(filepath.Join(s.base, "files", "sandboxes", owner), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, filepath.Base(path))
		}
		return nil
	})
	return names
}

// covers: D1-059 D1-060
func TestFilesArePackedOnceForEachOwner(t *testing.T) {
	t.Parallel()
	s := start(t, 2)
	alice := as(t, "alice")
	noise := make([]byte, 5<<20)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(noise)
	first, err := s.mover.Pack(alice, from(sent{"b", string(noise)}, sent{"a \"ä\n%", "old"}, sent{"a \"ä\n%", "new"}))
	must(t, err)
	same, err := s.mover.Pack(alice, from(sent{"a \"ä\n%", "new"}, sent{"b", string(noise)}))
	must(t, err)
	if first.Name != same.Name || !filesapi.IsSandbox(first.Name) || len(s.kept("alice")) != 1 {
		t.Errorf("%+v and %+v, kept %v", first, same, s.kept("alice"))
	}
	w, err := s.fetch(alice, filesapi.SandboxRequest{Name: first.Name})
	must(t, err)
	sum := sha256.Sum256(w.Body.Bytes())
	hash := hex.EncodeToString(sum[:])
	if "sha256/"+hash != first.Name || int64(w.Body.Len()) != first.Size || w.Header().Get("Etag") != `"`+hash+`"` || w.Header().Get("Content-Type") != "application/x-tar" {
		t.Errorf("%s: %d bytes, %v", hash, w.Body.Len(), w.Header())
	}
	whole := bytes.Clone(w.Body.Bytes())
	if got := members(t, w.Body); got != "a \"ä\n%=new b="+string(noise) {
		t.Errorf("%.60q", got)
	}
	w, err = s.fetch(alice, filesapi.SandboxRequest{Name: first.Name}, "Range", "bytes=7-9")
	if err != nil || w.Code != http.StatusPartialContent || !bytes.Equal(w.Body.Bytes(), whole[7:10]) {
		t.Errorf("a range: %d, %v", w.Code, err)
	}
	w, err = s.fetch(alice, filesapi.SandboxRequest{Name: first.Name}, "If-None-Match", `"x", "`+hash+`"`)
	if err != nil || w.Code != http.StatusNotModified {
		t.Errorf("a condition: %d, %v", w.Code, err)
	}
}

func TestSandboxesAreTheirOwners(t *testing.T) {
	t.Parallel()
	s := start(t, 1)
	hers, err := s.mover.Pack(as(t, "alice"), from(sent{"a", "hers"}))
	must(t, err)
	name := hers.Name
	s.say(t, "alice", 1, jobsapi.EventSubmitted, `{"spec":{"imports":[{"from":"`+filesapi.SandboxURL(name)+`","to":"."}]}}`)
	s.submit(t, "alice", 2)
	s.say(t, "bob", 3, jobsapi.EventSubmitted, `{"spec":{"imports":[{"from":"`+filesapi.SandboxURL(name)+`","to":"."}]}}`)
	for what, c := range map[string]struct {
		ctx  context.Context
		box  filesapi.SandboxRequest
		code string
	}{
		"her own":                  {as(t, "alice"), filesapi.SandboxRequest{Name: name}, ""},
		"her job's":                {as(t, "alice"), filesapi.SandboxRequest{Name: name, Job: 1}, ""},
		"for an operator":          {as(t, "root", "operator"), filesapi.SandboxRequest{Name: name, Job: 1}, ""},
		"of a job that names none": {as(t, "root", "operator"), filesapi.SandboxRequest{Name: name, Job: 2}, "sandbox.unknown"},
		"another's job":            {as(t, "bob"), filesapi.SandboxRequest{Name: name, Job: 1}, "storage.not_yours"},
		"named by his job":         {as(t, "bob"), filesapi.SandboxRequest{Name: name, Job: 3}, "sandbox.unknown"},
		"the same, which he lacks": {as(t, "bob"), filesapi.SandboxRequest{Name: name}, "sandbox.unknown"},
		"nobody's":                 {as(t, ""), filesapi.SandboxRequest{Name: name, Job: 1}, "access.credentials"},
		"of no job":                {as(t, "alice"), filesapi.SandboxRequest{Name: name, Job: 9}, "storage.unknown"},
		"unknown":                  {as(t, "alice"), filesapi.SandboxRequest{Name: "sha256/" + strings.Repeat("0", 64)}, "sandbox.unknown"},
		"a path":                   {as(t, "alice"), filesapi.SandboxRequest{Name: name + "/../../alice"}, "sandbox.unknown"},
	} {
		_, err := s.client.Sandbox(c.ctx, c.box)
		_, got := s.fetch(c.ctx, c.box)
		if code(err) != c.code || code(got) != c.code {
			t.Errorf("%s: %v, and to get it %v", what, err, got)
		}
	}
	// They are no storage: nobody lists or changes what is in it.
	_, list := s.client.List(as(t, "alice"), filesapi.ListRequest{Path: at(filesapi.Sandboxes, "/")})
	_, write := s.mover.Put(as(t, "alice"), at(filesapi.Sandboxes, name), strings.NewReader("x"))
	_, remove := s.client.Remove(as(t, "alice"), at(filesapi.Sandboxes, name))
	if code(list) != "storage.unknown" || code(write) != "storage.unknown" || code(remove) != "storage.unknown" {
		t.Errorf("%v, %v, %v", list, write, remove)
	}
	for _, r := range []filesapi.TicketRequest{
		{Path: at(jobsapi.WorkDir(1), ""), For: filesapi.SandboxPack}, {Path: at(jobsapi.WorkDir(1), name), For: filesapi.SandboxWrite},
		{Path: at(filesapi.Home, name), For: filesapi.SandboxRead}, {Path: at(filesapi.Sandboxes, "../x"), For: filesapi.SandboxWrite},
	} {
		if ticket, err := s.client.Ticket(as(t, "root", "operator"), r); err == nil {
			t.Errorf("a ticket for %+v: %+v", r, ticket)
		}
	}
}

func TestArchivesAreKeptAsTheyAre(t *testing.T) {
	t.Parallel()
	s := start(t, 1)
	sum := sha256.Sum256([]byte("opaque"))
	name := "sha256/" + hex.EncodeToString(sum[:])
	for _, want := range []string{"", name} {
		if box, err := s.mover.PutSandbox(as(t, "alice"), want, strings.NewReader("opaque")); err != nil || box.Name != name || box.Size != 6 {
			t.Errorf("%+v, %v", box, err)
		}
	}
	if _, err := s.mover.PutSandbox(as(t, "alice"), name, strings.NewReader("another")); code(err) != "sandbox.checksum" {
		t.Errorf("another content: %v", err)
	}
	if got := s.kept("alice"); len(got) != 1 {
		t.Errorf("kept %v", got)
	}
}

func TestSandboxesHaveLimits(t *testing.T) {
	t.Parallel()
	s := start(t, 1)
	half := strings.Repeat("x", 5<<20+1)
	for what, c := range map[string]struct {
		files []sent
		code  string
	}{
		"too much":          {[]sent{{"a", half}, {"b", half}}, "sandbox.too_large"},
		"too much of one":   {[]sent{{"a", half}, {"a", half}}, "sandbox.too_large"},
		"no name":           {[]sent{{"", "x"}}, "sandbox.name"},
		"a path":            {[]sent{{"a/b", "x"}}, "sandbox.name"},
		"a way up":          {[]sent{{"..", "x"}}, "sandbox.name"},
		"a NUL":             {[]sent{{"a\x00", "x"}}, "sandbox.name"},
		"no UTF-8":          {[]sent{{"a\xff", "x"}}, "sandbox.name"},
		"a name of our own": {[]sent{{".heddle-part-x", "x"}}, "sandbox.name"},
	} {
		if _, err := s.mover.Pack(as(t, "alice"), from(c.files...)); code(err) != c.code {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := s.mover.PutSandbox(as(t, "alice"), "", strings.NewReader(half+half)); code(err) != "sandbox.too_large" {
		t.Errorf("an archive: %v", err)
	}
	// Whose sender breaks off keeps nothing, and is told why.
	own := fault.New(fault.Invalid, "client.gone", "Gone.")
	some := from(sent{"a", "x"})
	_, err := s.mover.Pack(as(t, "alice"), func() (string, io.Reader, error) {
		if name, content, err := some(); err == nil {
			return name, content, nil
		}
		return "", nil, own
	})
	if !errors.Is(err, own) || len(s.kept("alice")) != 0 {
		t.Errorf("broken off: %v, kept %v", err, s.kept("alice"))
	}
}

// A job's import from a sandbox is a carry by the jobs service for the owner.
//
// covers: D1-060
func TestSandboxesAreCarriedIntoWorkingDirectories(t *testing.T) {
	t.Parallel()
	s := start(t, 2)
	box, err := s.mover.Pack(as(t, "alice"), from(sent{"run.sh", "#!/bin/sh"}, sent{"b.bin", "\x00\xff"}))
	must(t, err)
	s.submit(t, "alice", 7)
	s.submit(t, "bob", 8)
	carry := func(as string, job id.ID, url, mode string) (arrived int, err error) {
		err = filesapi.NewCarrier(s.client, nil).Carry(who.With(t.Context(), who.Component("jobs")), filesapi.Carry{
			Path: at(jobsapi.WorkDir(job), "."), URL: url, As: as, Mode: mode,
		}, func(filesapi.Carried) { arrived++ })
		return arrived, err
	}
	kept := filepath.Join(s.base, "files", "sandboxes", "alice", box.Name)
	must(t, os.Chtimes(kept, time.Unix(1, 0), time.Unix(1, 0)))
	for range 2 { // once more does no harm
		if n, err := carry("alice", 7, filesapi.SandboxURL(box.Name), ""); err != nil || n != 2 {
			t.Fatalf("%d arrived, %v", n, err)
		}
	}
	if fi, err := os.Stat(kept); err != nil || time.Since(fi.ModTime()) > time.Hour {
		t.Errorf("that was no use: %v, %v", fi.ModTime(), err)
	}
	s.holds(t, 7, "run.sh", "#!/bin/sh")
	s.holds(t, 7, "b.bin", "\x00\xff")
	for what, c := range map[string]struct {
		as   string
		job  id.ID
		url  string
		mode string
		code string
	}{
		"another's":     {"bob", 8, filesapi.SandboxURL(box.Name), "", "sandbox.unknown"},
		"unknown":       {"alice", 7, filesapi.SandboxURL("sha256/" + strings.Repeat("0", 64)), "", "sandbox.unknown"},
		"no name":       {"alice", 7, "sandbox:../../homes/alice", "", "carry.url"},
		"there already": {"alice", 7, filesapi.SandboxURL(box.Name), filesapi.CarryNoOverwrite, "files.exists"},
	} {
		if _, err := carry(c.as, c.job, c.url, c.mode); code(err) != c.code {
			t.Errorf("%s: %v", what, err)
		}
	}
	s.holds(t, 8, "run.sh", "")
}

// A sandbox goes some time after its last use, but not while a job names it.
func TestUnusedSandboxesGo(t *testing.T) {
	t.Parallel()
	s := startWith(t, 1, func(c *files.Config) { c.SandboxKeep = time.Second })
	named, err := s.mover.Pack(as(t, "alice"), from(sent{"a", "named"}))
	must(t, err)
	s.say(t, "alice", 1, jobsapi.EventSubmitted, `{"spec":{"imports":[{"from":"`+filesapi.SandboxURL(named.Name)+`","to":"."}]}}`)
	other, err := s.mover.Pack(as(t, "alice"), from(sent{"a", "not named"}))
	must(t, err)
	at := func(box filesapi.Sandbox) string {
		return filepath.Join(s.base, "files", "sandboxes", "alice", box.Name)
	}
	until(t, "the one that no job names is gone", func() bool { return gone(at(other)) })
	if gone(at(named)) {
		t.Fatal("the other is gone too")
	}
	s.tell(t, "alice", 1, jobsapi.EventDestroyed)
	until(t, "its job is destroyed, and it is gone", func() bool { return gone(at(named)) })
}
