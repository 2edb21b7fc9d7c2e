package carry

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/outbound"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// world is an engine, and a storage that it carries into.
type world struct {
	*Engine
	tree   *storage.Tree
	dir    string
	limits Limits
	pauses int
}

func start(t testing.TB, change ...func(*Limits)) *world {
	t.Helper()
	base := t.TempDir()
	d, err := storage.NewDisk(base, filepath.Join(base, "jobs"))
	must(t, err)
	w := &world{dir: filepath.Join(base, "homes/alice")}
	w.tree, err = d.Open(storage.Key{Kind: storage.Homes, Name: "alice"}, true)
	must(t, err)
	t.Cleanup(func() { w.tree.Close() })
	client, err := outbound.NewClient(outbound.Config{Allow: []string{"127.0.0.1"}})
	must(t, err)
	t.Cleanup(client.CloseIdleConnections)
	web := Web{Client: client, Pause: func(ctx context.Context, _ int) error { w.pauses++; return ctx.Err() }}
	w.limits = Limits{Bounds: storage.Bounds{Files: 100, Bytes: 1 << 30}, File: 1 << 30, AtOnce: 4, AtOnceUser: 4}
	for _, f := range change {
		f(&w.limits)
	}
	w.Engine = New(w.limits, map[string]Driver{"http": web, "https": web})
	return w
}

// carry carries, and returns what has arrived.
func (w *world) carry(ctx context.Context, c filesapi.Carry) (string, error) {
	var arrived []string
	err := w.Carry(ctx, w.tree, c, func(f filesapi.Carried) { arrived = append(arrived, f.Path) })
	slices.Sort(arrived)
	return strings.Join(arrived, " "), err
}

func in(url, path string) filesapi.Carry {
	return filesapi.Carry{URL: url, Path: filesapi.Path{Path: path}, As: "alice"}
}

func out(path, url string) filesapi.Carry {
	c := in(url, path)
	c.Out = true
	return c
}

func (w *world) put(t *testing.T, name, content string) {
	t.Helper()
	_, err := w.tree.Put(t.Context(), name, strings.NewReader(content), 1<<30)
	must(t, err)
}

// is checks that the storage holds these files and nothing else, hidden ones
// included; they are name, content, name, content.
func (w *world) is(t *testing.T, files ...string) {
	t.Helper()
	want := map[string]string{}
	for i := 0; i < len(files); i += 2 {
		want[files[i]] = files[i+1]
	}
	must(t, filepath.WalkDir(w.dir, func(p string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, _ := filepath.Rel(w.dir, p)
		b, err := os.ReadFile(p)
		if content, ok := want[name]; !ok || content != string(b) {
			t.Errorf("%s holds %.80q (%v), wanted %.80q", name, b, ok, content)
		}
		delete(want, name)
		return err
	}))
	for name := range want {
		t.Errorf("%s is not there", name)
	}
}

func serve(t testing.TB, f http.HandlerFunc) string {
	t.Helper()
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	return srv.URL
}

// refused checks the fault: its kind, and what it says.
func refused(t *testing.T, what string, err error, kind fault.Kind, says string) {
	t.Helper()
	f := fault.From(err)
	if f == nil || f.Kind != kind || !strings.Contains(f.Message, says) {
		t.Errorf("%s: %v", what, err)
	}
	if f != nil && strings.Contains(f.Message+f.Error(), "secret") {
		t.Errorf("%s: tells a secret: %v", what, err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
