package core4

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// Limits of the store. All of it is one value, so that a change of many
// documents is made as a whole or not at all.
const (
	maxStore         = 700 << 10 // bytes of all documents and their paths, as JSON
	maxStoreDocument = 256 << 10 // bytes, as JSON
	maxStoreCount    = 1000      // documents
	maxStoreDepth    = 10        // names of a path
	maxStoreName     = 64        // bytes of each
)

// storeRoot is the path of the document that all others inherit from.
const storeRoot = "/"

// storeTree is the store: documents by their paths, "/" and "/a/b".
type storeTree map[string]map[string]json.RawMessage

// storePath reads a path as clients write it; "" is the root. A slash at its
// end makes no difference.
func storePath(text string) (string, error) {
	path := strings.TrimSuffix(strings.TrimPrefix(text, "/"), "/")
	if path == "" && len(text) <= 1 {
		return storeRoot, nil
	}
	names := strings.Split(path, "/")
	if len(names) > maxStoreDepth {
		return "", app.Error(http.StatusBadRequest, "path has more than %d names", maxStoreDepth)
	}
	for _, name := range names {
		if len(name) > maxStoreName || strings.Trim(name, ".") == "" || strings.ContainsFunc(name, notInStoreName) {
			return "", app.Error(http.StatusBadRequest,
				"path has a name that is empty, of dots, longer than %d bytes or of other characters than A-Z a-z 0-9 - _ . ~ @ +", maxStoreName)
		}
	}
	return "/" + path, nil
}

func notInStoreName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.~@+", r)
}

// storeLine is the way from the root to a path, both included.
func storeLine(path string) []string {
	line := []string{storeRoot}
	for i := range path {
		if i > 0 && path[i] == '/' {
			line = append(line, path[:i])
		}
	}
	if path != storeRoot {
		line = append(line, path)
	}
	return line
}

// under reports whether a path is below another.
func under(path, above string) bool {
	return path != above && strings.HasPrefix(path, strings.TrimSuffix(above, "/")+"/")
}

// below are the paths of the documents below a path, the last first.
func (t storeTree) below(path string) []string {
	out := []string{}
	for p := range t {
		if under(p, path) {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	slices.Reverse(out)
	return out
}

// children are the paths right below a path, sorted.
func (t storeTree) children(path string) []string {
	out := slices.DeleteFunc(t.below(path), func(p string) bool {
		line := storeLine(p)
		return line[len(line)-2] != path
	})
	slices.Reverse(out)
	return out
}

// inherited is what holds at a path: the defaults, and over them each document
// on the way from the root. lowest is the last one that there is.
func (t storeTree) inherited(defaults map[string]any, path string) (doc document, lowest string) {
	doc = document{}
	for name, value := range defaults {
		doc[name] = value
	}
	for _, p := range storeLine(path) {
		own, ok := t[p]
		if !ok {
			continue
		}
		lowest = p
		for name, value := range own {
			doc[name] = value
		}
	}
	return doc, lowest
}
