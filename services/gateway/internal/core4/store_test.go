package core4

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestPathsOfTheStore(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "/", "/": "/", "a": "/a", "/a": "/a", "/a/": "/a", "/a/b-c_d.e~f@g+h": "/a/b-c_d.e~f@g+h", "/.hidden": "/.hidden",
		"/" + strings.Repeat("x", maxStoreName): "/" + strings.Repeat("x", maxStoreName),
		strings.Repeat("/x", maxStoreDepth):     strings.Repeat("/x", maxStoreDepth),
		"//":                                    "", "//a": "", "/a//": "", "/a//b": "", "/..": "", "/a/.": "", "/a/.../b": "", "/a b": "", "/a\x00": "", "/ä": "", "/a\\b": "", "/a%2fb": "",
		"/" + strings.Repeat("x", maxStoreName+1): "", strings.Repeat("/x", maxStoreDepth+1): "", strings.Repeat("/", 1<<16): "",
	} {
		if got, err := storePath(text); got != want || (err == nil) != (want != "") {
			t.Errorf("%.80q is %q, %v", text, got, err)
		}
	}
	for path, want := range map[string]string{"/": "[/]", "/a": "[/ /a]", "/a/b/c": "[/ /a /a/b /a/b/c]"} {
		if got := fmt.Sprint(storeLine(path)); got != want {
			t.Errorf("%s comes from %s", path, got)
		}
	}
}

func TestWhatIsBelow(t *testing.T) {
	t.Parallel()
	tree := storeTree{}
	for _, path := range []string{"/", "/a", "/a/b", "/a/b/c", "/a/d", "/ab", "/ab/c"} {
		tree[path] = map[string]json.RawMessage{}
	}
	for path, want := range map[string][2]string{
		"/":    {"[/ab/c /ab /a/d /a/b/c /a/b /a]", "[/a /ab]"},
		"/a":   {"[/a/d /a/b/c /a/b]", "[/a/b /a/d]"},
		"/a/d": {"[]", "[]"}, "/nothing": {"[]", "[]"},
	} {
		if below, children := fmt.Sprint(tree.below(path)), fmt.Sprint(tree.children(path)); below != want[0] || children != want[1] {
			t.Errorf("below %s: %s %s", path, below, children)
		}
	}
}

func TestBoundsOfTheStore(t *testing.T) {
	t.Parallel()
	tree := storeTree{}
	if text, err := tree.text(); text != nil || err != nil {
		t.Errorf("nothing: %s %v", text, err)
	}
	for i := range maxStoreCount {
		tree[fmt.Sprintf("/k%d", i)] = map[string]json.RawMessage{}
	}
	if _, err := tree.text(); err != nil {
		t.Error(err)
	}
	tree["/one-more"] = nil
	if _, err := tree.text(); err == nil || !strings.Contains(err.Error(), "more than 1000 documents") {
		t.Errorf("too many: %v", err)
	}
}

func TestWhereUsersEnter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ perms, want string }{
		{"", "/"}, {"cop", "/"}, {"app://store", "/"}, {"app://store/", "/"}, {"app://stores/a app://client/b", "/"}, {"app://store/b app://store/a", "/a"},
		{"app://store/../x app://store/b", "/b"}, {"app://store//x", "/x"}, {"app://store///x", "/"}, {"APP://store/a", "/"}, {"app://store/a/b/", "/a/b"},
	} {
		if got := entryOf(slices.Collect(strings.SplitSeq(c.perms, " "))); got != c.want {
			t.Errorf("%s enters at %s", c.perms, got)
		}
	}
}
