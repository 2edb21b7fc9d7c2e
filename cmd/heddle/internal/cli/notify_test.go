package cli

import (
	"strings"
	"testing"
)

func TestWhomASubmitNames(t *testing.T) {
	t.Parallel()
	url, asked := counter(t)
	dir := t.TempDir()
	for line, want := range map[string]string{
		"submit --notify https://x.example/n -":                                             `"notify":{"url":"https://x.example/n"}`,
		"submit --notify https://x.example/n --notify-state queued --notify-state failed -": `"notify":{"url":"https://x.example/n","states":["queued","failed"]}`,
		"submit -": `{"executable":"true"`,
	} {
		command(t, dir, url, `{"executable":"true"}`, strings.Fields(line)...) // the answer is no job
		if got := asked(); !strings.Contains(got, want) {
			t.Errorf("%s asked %s", line, got)
		}
	}
	if code, errs := command(t, dir, url, `{"executable":"true"}`, "submit", "--notify-state", "queued", "-"); code == 0 || !strings.Contains(errs, "needs --notify") || asked() != "" {
		t.Errorf("exit %d, %s", code, errs)
	}
}
