package tokenfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/logx"
)

// What is made is accepted, each for itself, beside what was in the file.
//
// covers: E3-058 E3-063 E3-064 E3-070 E3-071 E3-072
func TestMadeTokensAreAccepted(t *testing.T) {
	t.Parallel()
	old := `[{"hash":"sha256$` + salt + `$SHA2-256(stdin)= ` + seed + `","description":"by hand","note":"kept"}]`
	random := Random()
	text, err := Append([]byte(old), Make("quick & <slow>", random, true, time.Now().Add(time.Hour)))
	if err == nil {
		text, err = Append(text, Make("thought of", "swordfish", false, time.Time{}))
	}
	if err == nil {
		text, err = Append(text, Make("over", "yesterday's", true, time.Now().Add(-time.Second)))
	}
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `"note": "kept"`) || !strings.Contains(string(text), "quick & <slow>") || strings.Contains(string(text), random) {
		t.Errorf("%s", text)
	}
	path := filepath.Join(t.TempDir(), "tokens.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	f := Open(path, logx.Discard())
	for try, want := range map[string]string{random: "quick & <slow>", "swordfish": "thought of", token: "by hand", "yesterday's": "", "x": ""} {
		if got, ok, err := f.Verify(t.Context(), try); got != want || ok != (want != "") || err != nil {
			t.Errorf("%q is %q, %v, %v", try, got, ok, err)
		}
	}
	if len(random) != 48 || random == Random() {
		t.Errorf("a random token is %q", random)
	}
}

func TestAppendLeavesBrokenFilesAlone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"{}", "[", "3"} {
		if out, err := Append([]byte(text), Made{}); err == nil {
			t.Errorf("%s becomes %s", text, out)
		}
	}
	if out, err := Append(nil, Make("first", Random(), true, time.Time{})); err != nil || !strings.HasPrefix(string(out), "[\n") {
		t.Errorf("%s, %v", out, err)
	}
}
