package carry

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// TestCopiesKeepTheOwnersPermissions, and no more: a script can be run, nobody
// else sees what is in it, and its owner can always change it.
func TestCopiesKeepTheOwnersPermissions(t *testing.T) {
	t.Parallel()
	w, base := siteWorld(t)
	for theirs, ours := range map[fs.FileMode]fs.FileMode{0o755: 0o700, 0o644: 0o600, 0o444: 0o600, 0o550: 0o700} {
		file := filepath.Join(base, "ref", theirs.String())
		must(t, os.WriteFile(file, []byte("x"), 0o600))
		must(t, os.Chmod(file, theirs))
		_, err := w.carry(t.Context(), in("file:"+file, theirs.String()))
		must(t, err)
		if fi, err := os.Stat(filepath.Join(w.dir, theirs.String())); err != nil || fi.Mode() != ours {
			t.Errorf("of %v became %v, %v", theirs, fi.Mode(), err)
		}
	}
}

func TestFileThatShrinksOrGrows(t *testing.T) {
	t.Parallel()
	b, err := io.ReadAll(&whole{file: strings.NewReader("content"), left: 4})
	if err != nil || string(b) != "cont" {
		t.Errorf("grown: %q, %v", b, err)
	}
	if _, err = io.ReadAll(&whole{file: strings.NewReader("content"), left: 8}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("shrunk: %v", err)
	}
}
