package storage

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// archived makes a tar archive; a member's text is its content.
func archived(t *testing.T, members ...tar.Header) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range members {
		text := h.Uname
		if h.Typeflag == 0 {
			h.Typeflag = tar.TypeReg
		}
		h.Uname, h.Mode = "", max(h.Mode, 0o640)
		if h.Typeflag == tar.TypeReg {
			h.Size = int64(len(text))
		}
		must(t, w.WriteHeader(&h))
		if h.Typeflag == tar.TypeReg {
			_, err := w.Write([]byte(text))
			must(t, err)
		}
	}
	must(t, w.Close())
	return &b
}

// storeIn puts files where they belong, and tells of each.
func storeIn(tree *Tree, told func(string, int64)) Store {
	return func(ctx context.Context, at string, content io.Reader, size int64, mode fs.FileMode) error {
		_, err := tree.Store(ctx, at, content, How{Limit: size, New: mode})
		if err == nil {
			told(at, size)
		}
		return err
	}
}

func file(name, text string) tar.Header { return tar.Header{Name: name, Uname: text} }

func TestUnpackPutsFilesInPlace(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	put(t, tree, "in/a", "old")
	var arrived []string
	err := tree.Unpack(t.Context(), "in", archived(t,
		file("a", "first"), file("./sub//b.bin", "\x00\xff"), file("a", "last"),
		tar.Header{Name: "run.sh", Uname: "#!/bin/sh", Mode: 0o4755}, tar.Header{Name: "d/", Typeflag: tar.TypeDir},
		tar.Header{Name: "sub/up", Typeflag: tar.TypeSymlink, Linkname: "../a"},
		tar.Header{Name: "again", Typeflag: tar.TypeLink, Linkname: "sub/b.bin"}),
		Bounds{10, 1000}, storeIn(tree, func(p string, n int64) { arrived = append(arrived, fmt.Sprint(p, " ", n)) }))
	must(t, err)
	for name, want := range map[string]string{"in/a": "last", "in/sub/b.bin": "\x00\xff", "in/sub/up": "last", "in/again": "\x00\xff"} {
		if got := get(t, tree, name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if fi, err := os.Stat(filepath.Join(dir, "in/run.sh")); err != nil || fi.Mode() != 0o755 {
		t.Errorf("permissions: %v, %v", fi.Mode(), err)
	}
	must(t, tree.IsDir("in/d"))
	if got := strings.Join(arrived, ", "); got != "/in/a 5, /in/sub/b.bin 2, /in/a 4, /in/run.sh 9, /in/again 2" {
		t.Errorf("told of %s", got)
	}
}

func TestNothingIsUnpackedOutside(t *testing.T) {
	t.Parallel()
	link := func(name, target string) tar.Header {
		return tar.Header{Name: name, Typeflag: tar.TypeSymlink, Linkname: target}
	}
	for name, c := range map[string]struct {
		members []tar.Header
		kind    fault.Kind
	}{
		"up":                        {[]tar.Header{file("../x", "")}, fault.Denied},
		"up, behind a name":         {[]tar.Header{file("a/../../x", "")}, fault.Denied},
		"from the root":             {[]tar.Header{file("/etc/x", "")}, fault.Denied},
		"a link up":                 {[]tar.Header{link("l", "..")}, fault.Denied},
		"a link out and back":       {[]tar.Header{link("l", "../in/a")}, fault.Denied},
		"a link far up":             {[]tar.Header{link("a/b/l", "../../../x")}, fault.Denied},
		"an absolute link":          {[]tar.Header{link("l", "/etc")}, fault.Denied},
		"a copy of what is outside": {[]tar.Header{{Name: "l", Typeflag: tar.TypeLink, Linkname: "../secret"}}, fault.Denied},
		"a copy of a later one":     {[]tar.Header{{Name: "l", Typeflag: tar.TypeLink, Linkname: "b"}, file("b", "")}, fault.Missing},
		"a device":                  {[]tar.Header{{Name: "d", Typeflag: tar.TypeChar, Devmajor: 1, Devminor: 3}}, fault.Invalid},
		"a pipe":                    {[]tar.Header{{Name: "p", Typeflag: tar.TypeFifo}}, fault.Invalid},
		"our own names":             {[]tar.Header{file(partPrefix+"x", "")}, fault.Invalid},
		"a file for a directory":    {[]tar.Header{file("d/x", ""), file("d", "")}, fault.Conflict},
		"through a file":            {[]tar.Header{file("f", ""), file("f/x", "")}, fault.Conflict},
		"too many":                  {[]tar.Header{file("1", ""), file("2", ""), file("3", ""), file("4", "")}, fault.Exhausted},
		"too much":                  {[]tar.Header{file("1", strings.Repeat("x", 60)), file("2", strings.Repeat("x", 60))}, fault.Exhausted},
		"too much, by copies":       {[]tar.Header{file("1", strings.Repeat("x", 60)), {Name: "2", Typeflag: tar.TypeLink, Linkname: "1"}}, fault.Exhausted},
	} {
		tree, dir := open(t)
		put(t, tree, "secret", "s")
		err := tree.Unpack(t.Context(), "in", archived(t, c.members...), Bounds{3, 100}, storeIn(tree, func(string, int64) {}))
		want(t, name, err, c.kind)
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			if e.Name() != "in" && e.Name() != "secret" {
				t.Errorf("%s: made %s", name, e.Name())
			}
		}
	}
}

// A link that stands there already, or that somebody puts there meanwhile,
// leads nobody out.
func TestUnpackFollowsNoLinkOut(t *testing.T) {
	t.Parallel()
	tree, dir := open(t)
	out := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, "in"), 0o700))
	must(t, os.Symlink(out, filepath.Join(dir, "in", "d")))
	for _, name := range []string{"d", "d/x"} {
		_ = tree.Unpack(t.Context(), "in", archived(t, file(name, "x")), Bounds{3, 100}, storeIn(tree, func(string, int64) {}))
	}
	if left, err := os.ReadDir(out); err != nil || len(left) != 0 {
		t.Errorf("outside: %v, %v", left, err)
	}
}

func TestDamagedArchives(t *testing.T) {
	t.Parallel()
	whole := archived(t, file("a", strings.Repeat("x", 5000)), file("b", "b")).Bytes()
	for _, cut := range []int{100, 600, 3000} {
		tree, dir := open(t)
		err := tree.Unpack(t.Context(), "/", bytes.NewReader(whole[:cut]), Bounds{3, 10000}, storeIn(tree, func(string, int64) {}))
		want(t, fmt.Sprint("cut at ", cut), err, fault.Invalid)
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("cut at %d: left %v", cut, left)
		}
	}
	tree, _ := open(t)
	want(t, "no archive", tree.Unpack(t.Context(), "/", strings.NewReader(strings.Repeat("no tar ", 200)), Bounds{3, 100}, nil), fault.Invalid)
}
