package storage

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

func TestHostilePaths(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path string
		kind fault.Kind
	}{
		"up":            {"../alice/x", fault.Denied},
		"up from below": {"a/../../x", fault.Denied},
		"up, absolute":  {"/../../etc/passwd", fault.Denied},
		"up and back":   {"a/../b", fault.Denied},
		"up at the end": {"a/..", fault.Denied},
		"NUL":           {"a\x00b", fault.Invalid},
		"not UTF-8":     {"a\xff", fault.Invalid},
		"long name":     {strings.Repeat("n", 256), fault.Invalid},
		"long path":     {strings.Repeat("a/", 2048), fault.Invalid},
		"reserved":      {"dir/" + partPrefix + "x", fault.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree, _ := open(t)
			errs := every(t.Context(), tree, c.path)
			_, errs["mkdir"] = tree.MakeDir(c.path)
			errs["remove"] = tree.Remove(c.path, unseen)
			for op, err := range errs {
				want(t, op, err, c.kind)
				if f := fault.From(err); len(f.Fields) != 1 || f.Fields[0].Name != "path" {
					t.Errorf("%s: names fields %v", op, f.Fields)
				}
			}
		})
	}
}

func TestOddButFinePaths(t *testing.T) {
	t.Parallel()
	for path, shown := range map[string]string{
		"plain":                  "/plain",
		"/etc/passwd":            "/etc/passwd", // absolute means from the storage's root
		"//a///b/./c/":           "/a/b/c",
		"new\nline":              "/new\nline",
		"%2e%2e/x":               "/%2e%2e/x", // decoding is the doors' business
		"..x/x..":                "/..x/x..",
		`back\slash`:             `/back\slash`,
		"a;b,c&d=e+f#g?":         "/a;b,c&d=e+f#g?",
		strings.Repeat("ü", 127): "/" + strings.Repeat("ü", 127),
	} {
		tree, dir := open(t)
		f, err := tree.Put(t.Context(), path, strings.NewReader("1"), 10)
		if err != nil || f.Path != shown || f.Size != 1 {
			t.Errorf("put %q: %+v, %v", path, f, err)
		}
		if b, err := os.ReadFile(filepath.Join(dir, shown)); err != nil || string(b) != "1" {
			t.Errorf("%q is not in the tree: %v", path, err)
		}
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	secret := filepath.Join(filepath.Dir(dir), "bob")
	must(t, os.WriteFile(secret, []byte("secret"), 0o600))
	put(t, tree, "a/real", "old")
	for name, target := range map[string]string{
		"a/in": "real", "a/in2": "../a/in", "a/abs": filepath.Join(dir, "a/real"), "d": "a", "root": dir,
		"a/out": "../../bob", "a/outabs": secret, "a/etc": "/etc", "a/pre": dir + "x", "a/up": "..", "a/loop": "loop",
		"a/hole": "nothing/../real",
	} {
		must(t, os.Symlink(target, filepath.Join(dir, name)))
	}

	for _, p := range []string{"a/in", "a/in2", "a/abs", "d/real", "d/in2", "root/a/in", "a/up/d/abs"} {
		if got := get(t, tree, p); got != "old" {
			t.Errorf("%s: %q", p, got)
		}
	}
	for _, p := range []string{"a/out", "a/outabs", "a/etc", "a/etc/passwd", "a/pre", "d/out", "a/up/a/outabs"} {
		for op, err := range every(t.Context(), tree, p) {
			want(t, op+" "+p, err, fault.Denied)
		}
	}
	_, _, err := tree.Open("a/loop")
	want(t, "loop", err, fault.Conflict)
	_, _, err = tree.Open("a/hole")
	want(t, "hole", err, fault.Missing)

	put(t, tree, "d/in2", "new") // through three links, into the file itself
	if got := get(t, tree, "a/real"); got != "new" {
		t.Errorf("written through a link: %q", got)
	}
	must(t, tree.Remove("a/in", unseen)) // the link goes, the file stays
	must(t, tree.Remove("a/outabs", unseen))
	if got := get(t, tree, "a/real"); got != "new" {
		t.Errorf("after the link was removed: %q", got)
	}
	if b, err := os.ReadFile(secret); err != nil || string(b) != "secret" {
		t.Errorf("the file outside: %q, %v", b, err)
	}
}

// TestLinkRace swaps a directory for a link to the outside while it is used:
// whatever is read or written must be inside.
func TestLinkRace(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	outside := t.TempDir()
	must(t, os.WriteFile(filepath.Join(outside, "f"), []byte("outside"), 0o600))
	put(t, tree, "real/f", "inside")
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		tmp := filepath.Join(dir, "tmp")
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			_ = os.Symlink([]string{outside, "real"}[i%2], tmp)
			_ = os.Rename(tmp, filepath.Join(dir, "dir"))
		}
	})
	for inside, refused := 0, 0; inside < 100 || refused < 100; {
		f, fi, err := tree.Open("dir/f")
		if err != nil {
			refused++
			continue
		}
		b := make([]byte, fi.Size())
		_, _ = f.ReadAt(b, 0)
		f.Close()
		if string(b) != "inside" {
			t.Fatalf("read %q", b)
		}
		inside++
		_, _ = tree.MakeDir("dir/made")
		_, _ = tree.Put(t.Context(), "dir/put", strings.NewReader("x"), 10)
	}
	close(stop)
	wg.Wait()
	if names, err := os.ReadDir(outside); err != nil || len(names) != 1 {
		t.Errorf("outside: %v, %v", names, err)
	}
}

func TestSpecialFilesNeverBlock(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	must(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	l, err := net.Listen("unix", filepath.Join(dir, "sock"))
	must(t, err)
	defer l.Close()
	must(t, os.Symlink("pipe", filepath.Join(dir, "link")))

	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, p := range []string{"pipe", "sock", "link"} {
			_, _, err := tree.Open(p)
			want(t, "open "+p, err, fault.Conflict)
			_, err = tree.Put(t.Context(), p, strings.NewReader("x"), 10)
			want(t, "put "+p, err, fault.Conflict)
			_, err = tree.List(p, "", 10)
			want(t, "list "+p, err, fault.Conflict)
			if f, err := tree.Stat(p); err != nil || f.Size != 0 || f.Dir {
				t.Errorf("stat %s: %+v, %v", p, f, err)
			}
		}
		if s, err := tree.Select(t.Context(), "", []string{"*"}, Bounds{10, 10}); err != nil || len(s.names) != 0 {
			t.Errorf("selected %v, %v", s.names, err)
		}
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("waits for a pipe")
	}
}
