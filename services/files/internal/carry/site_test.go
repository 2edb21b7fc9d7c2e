package carry

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

// siteWorld has a directory to read from, one to write to, and one that is closed.
func siteWorld(t *testing.T) (w *world, base string) {
	w, base = start(t), t.TempDir()
	for _, dir := range []string{"ref/sub", "scratch", "closed", "reference"} {
		must(t, os.MkdirAll(filepath.Join(base, dir), 0o700))
	}
	for _, f := range []string{"ref/a.dat", "ref/b.dat", "ref/sub/c d", "closed/secret", "reference/x"} {
		must(t, os.WriteFile(filepath.Join(base, f), []byte(f), 0o600))
	}
	must(t, os.Symlink(filepath.Join(base, "closed"), filepath.Join(base, "ref/out")))
	must(t, os.Symlink(filepath.Join(base, "ref/a.dat"), filepath.Join(base, "ref/inside")))
	s := Site{Roots: []string{filepath.Join(base, "ref")}, Writable: []string{filepath.Join(base, "scratch") + "/"}}
	l := s
	l.Links = true
	w.drivers = map[string]Driver{"file": s, "link": l}
	return w, base
}

func TestFilesOfTheSite(t *testing.T) {
	t.Parallel()
	w, base := siteWorld(t)
	for _, c := range []struct{ from, to, arrived string }{
		{"file:" + base + "/ref/a.dat", "x", "/x"},
		{"file://" + base + "/ref/sub/c%20d", "in/", "/in/c d"},
		{"file://localhost" + base + "/ref/inside", "", "/inside"},
		{"file:" + base + "/ref/?.dat", "all", "/all/a.dat /all/b.dat"},
		{"FILE:" + base + "/ref/sub", "dir", "/dir/c d"},
	} {
		if arrived, err := w.carry(t.Context(), in(c.from, c.to)); err != nil || arrived != c.arrived {
			t.Errorf("%+v: %q, %v", c, arrived, err)
		}
	}
	_, err := w.carry(t.Context(), out("in", "file:"+base+"/scratch/results"))
	must(t, err)
	if b, err := os.ReadFile(filepath.Join(base, "scratch/results/c d")); err != nil || string(b) != "ref/sub/c d" {
		t.Errorf("sent: %q, %v", b, err)
	}
	_, err = w.carry(t.Context(), in("file:"+base+"/scratch/results/c%20d", "back"))
	must(t, err)
	w.is(t, "x", "ref/a.dat", "in/c d", "ref/sub/c d", "inside", "ref/a.dat", "all/a.dat", "ref/a.dat", "all/b.dat", "ref/b.dat", "dir/c d", "ref/sub/c d", "back", "ref/sub/c d")
}

func TestNothingElseOfTheSite(t *testing.T) {
	t.Parallel()
	w, base := siteWorld(t)
	for url, c := range map[string]struct {
		kind fault.Kind
		says string
	}{
		"file:" + base + "/closed/x":                 {fault.Denied, "HEDDLE_CARRY_ROOTS"},
		"file:" + base + "/reference/x":              {fault.Denied, "HEDDLE_CARRY_ROOTS"},
		"file:/etc/passwd":                           {fault.Denied, "/etc/passwd: "},
		"file:" + base + "/ref/../closed/x":          {fault.Denied, ""},
		"file:" + base + "/ref/%2e%2e/closed/x":      {fault.Denied, ""},
		"file:" + base + "/ref/out/x":                {fault.Denied, "leads out"},
		"link:" + base + "/ref/out/x":                {fault.Denied, "leads out"},
		"link:" + base + "/ref/out":                  {fault.Denied, "leads out"},
		"link:/etc/passwd":                           {fault.Denied, "HEDDLE_CARRY_ROOTS"},
		"file:" + base + "/ref/none":                 {fault.Missing, "/ref/none: "},
		"link:" + base + "/ref/none":                 {fault.Missing, "/ref/none: "},
		"file:relative":                              {fault.Invalid, ""},
		"file://host" + base + "/ref/a.dat":          {fault.Invalid, ""},
		"file:" + base + "/ref/a\x00.dat":            {fault.Invalid, ""},
		"file:" + base + "/ref/%zz":                  {fault.Invalid, ""},
		"file:" + base + "/ref/.heddle-part-x/a.dat": {fault.Invalid, ""},
	} {
		_, err := w.carry(t.Context(), in(url, "f"))
		refused(t, url, err, c.kind, c.says)
	}
	w.put(t, "f", "x")
	for url, says := range map[string]string{"file:" + base + "/ref/a.dat": "HEDDLE_CARRY_WRITABLE_ROOTS", "file:/etc/passwd": "HEDDLE_CARRY_WRITABLE_ROOTS"} {
		_, err := w.carry(t.Context(), out("f", url))
		refused(t, url, err, fault.Denied, says)
	}
	_, err := w.carry(t.Context(), out("f", "link:"+base+"/scratch/f"))
	refused(t, "a link outside", err, fault.Invalid, "link")
	w.is(t, "f", "x")
}

func TestLinksToTheSite(t *testing.T) {
	t.Parallel()
	w, base := siteWorld(t)
	for range 2 { // once more does no harm
		for from, to := range map[string]string{"/ref/a.dat": "one", "/ref/sub": "dir/", "/ref/*.dat": "all"} {
			_, err := w.carry(t.Context(), in("link:"+base+from, to))
			must(t, err)
		}
	}
	for name, target := range map[string]string{"one": "ref/a.dat", "dir/sub": "ref/sub", "all/a.dat": "ref/a.dat", "all/b.dat": "ref/b.dat"} {
		if got, err := os.Readlink(filepath.Join(w.dir, name)); err != nil || got != filepath.Join(base, target) {
			t.Errorf("%s leads to %q, %v", name, got, err)
		}
	}
	c := in("link:"+base+"/ref/a.dat", "one")
	c.Mode = filesapi.CarryNoOverwrite
	_, err := w.carry(t.Context(), c)
	refused(t, "there already", err, fault.Conflict, "there already")
	c.Mode = filesapi.CarryAppend
	_, err = w.carry(t.Context(), c)
	refused(t, "append", err, fault.Invalid, "")
}

// TestDirectoryOfTheSiteThatIsSwapped: whoever may write below a root cannot
// lead a carry out of it, however fast they are.
func TestDirectoryOfTheSiteThatIsSwapped(t *testing.T) {
	t.Parallel()
	w, base := siteWorld(t)
	must(t, os.WriteFile(filepath.Join(base, "ref/sub/secret"), []byte("open"), 0o600))
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		tmp := filepath.Join(base, "ref/tmp")
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			_ = os.Symlink([]string{"../closed", "sub"}[i%2], tmp)
			_ = os.Rename(tmp, filepath.Join(base, "ref/swapped"))
		}
	})
	for came, kept := 0, 0; came < 50 || kept < 50; {
		if _, err := w.carry(t.Context(), in("file:"+base+"/ref/swapped/secret", "f")); err != nil {
			kept++
			continue
		}
		came++
		w.is(t, "f", "open")
	}
	close(stop)
	wg.Wait()
}
