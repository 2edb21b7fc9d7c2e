package storage

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
)

func TestListPagesByName(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	var all []string
	for i := range 2500 {
		all = append(all, fmt.Sprintf("f%d", i))
		must(t, os.WriteFile(filepath.Join(dir, all[i]), []byte("12"), 0o600))
	}
	slices.Sort(all)
	must(t, os.WriteFile(filepath.Join(dir, partPrefix+"x"), nil, 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "\xff"), nil, 0o600))
	for _, limit := range []int{1000, 2500, 2501, 99} {
		var got []string
		after := ""
		for {
			page, err := tree.List("/", after, limit)
			must(t, err)
			if len(page.Entries) > limit {
				t.Fatalf("%d entries on a page of %d", len(page.Entries), limit)
			}
			for _, e := range page.Entries {
				got = append(got, e.Name)
				if e.Path != "/"+e.Name || e.Size != 2 || e.Dir || e.Mode != 0o600 || e.Modified.IsZero() {
					t.Fatalf("entry %+v", e)
				}
			}
			if after = page.Next; after == "" {
				break
			}
		}
		if !slices.Equal(got, all) {
			t.Errorf("pages of %d: %d names", limit, len(got))
		}
	}
}

func TestListShowsLinksAndDirectories(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	put(t, tree, "sub/dir/f", "123")
	for name, target := range map[string]string{"in": "f", "up": "..", "out": "/etc/passwd", "dead": "nothing"} {
		must(t, os.Symlink(target, filepath.Join(dir, "sub/dir", name)))
	}
	l, err := tree.List("sub/dir", "", 100)
	must(t, err)
	if l.Dir.Path != "/sub/dir" || !l.Dir.Dir || l.Next != "" {
		t.Errorf("directory %+v", l.Dir)
	}
	got := map[string]string{}
	for _, e := range l.Entries {
		got[e.Path] = fmt.Sprint(e.Dir, e.Size, e.Link)
	}
	expected := map[string]string{
		"/sub/dir/f": "false 3 false", "/sub/dir/in": "false 3 true", "/sub/dir/up": "true 0 true",
		"/sub/dir/out": "false 0 true", "/sub/dir/dead": "false 0 true",
	}
	for p, w := range expected {
		if got[p] != w {
			t.Errorf("%s: %s, want %s", p, got[p], w)
		}
	}
	if len(got) != len(expected) {
		t.Errorf("entries %v", got)
	}
	root, err := tree.List("", "", 10)
	if err != nil || root.Dir.Path != "/" || root.Dir.Name != "/" || len(root.Entries) != 1 || !root.Entries[0].Dir {
		t.Errorf("root %+v, %v", root, err)
	}
}

func TestMissingAndWrongKinds(t *testing.T) {
	t.Parallel()
	tree, _ := open(t)
	put(t, tree, "d/f", "1")
	for _, p := range []string{"nothing", "d/nothing", "d/f/below", "no/where"} {
		_, err := tree.Stat(p)
		want(t, "stat "+p, err, fault.Missing)
		_, _, err = tree.Open(p)
		want(t, "open "+p, err, fault.Missing)
		_, err = tree.List(p, "", 1)
		want(t, "list "+p, err, fault.Missing)
		want(t, "remove "+p, tree.Remove(p, unseen), fault.Missing)
	}
	_, _, err := tree.Open("d")
	want(t, "open a directory", err, fault.Conflict)
	_, err = tree.List("d/f", "", 1)
	want(t, "list a file", err, fault.Conflict)
}

func TestRemove(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	put(t, tree, "keep", "1")
	put(t, tree, "d/e/f", "1")
	put(t, tree, "d/g", "1")
	must(t, tree.Remove("d/g", unseen))
	must(t, tree.Remove("d", unseen))
	if got := entries(t, dir); !slices.Equal(got, []string{"keep"}) {
		t.Errorf("left: %v", got)
	}
	for _, p := range []string{"", "/", "."} {
		want(t, "remove the root", tree.Remove(p, unseen), fault.Invalid)
	}
	if f, err := tree.MakeDir("x/y"); err != nil || !f.Dir || f.Path != "/x/y" {
		t.Errorf("mkdir: %+v, %v", f, err)
	}
	if _, err := tree.MakeDir("x/y"); err != nil {
		t.Errorf("mkdir again: %v", err)
	}
	if f, err := tree.MakeDir("/"); err != nil || f.Path != "/" {
		t.Errorf("mkdir of the root: %+v, %v", f, err)
	}
}
