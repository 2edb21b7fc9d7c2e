package logx_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/logx"
)

func TestSafe(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"/jobs?maxJobs=3&access_token=canary":                   "/jobs?maxJobs=3&access_token=[not shown]",
		"/cb?code=canary&state=canary&x=1#y":                    "/cb?code=[not shown]&state=[not shown]&x=1#y",
		`Get "https://op.test/a?Token=canary": refused`:         `Get "https://op.test/a?Token=[not shown]": refused`,
		"grant_type=password&username=alice&password=canary":    "grant_type=password&username=alice&password=[not shown]",
		"redis://user:canary@host:6379/0 is away":               "redis://[not shown]@host:6379/0 is away",
		"a key=value that is asked for, and 2 = 1 + 1, a@b.org": "a key=[not shown] that is asked for, and 2 = 1 + 1, a@b.org",
		"/v1/suites?key=":   "/v1/suites?key=",
		"monkey=1&encode=2": "monkey=1&encode=2",
		"":                  "",
	} {
		if got := logx.Safe(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

type valuer struct{}

func (valuer) LogValue() slog.Value { return slog.StringValue("?token=canary") }

// Whatever is logged, and wherever a secret is in it, it is not in the line.
func TestSecretsAreNotLogged(t *testing.T) {
	t.Parallel()
	u := &url.Error{Op: "Get", URL: "http://x/?access_token=canary", Err: errors.New("refused")}
	for _, format := range []string{"text", "json"} {
		var b strings.Builder
		log := logx.New(&b, format, slog.LevelDebug).With("password", "canary").WithGroup("request")
		log.Debug("asked for /?code=canary", "Authorization", "canary", "token", []byte("canary"), "url", "/?client_secret=canary",
			"err", fmt.Errorf("no answer: %w", u), slog.Group("deep", "refresh_token", "canary", "count", 3), "v", valuer{})
		if s := b.String(); strings.Contains(s, "canary") || !strings.Contains(s, "refused") || !strings.Contains(s, "count") {
			t.Errorf("%s: %s", format, s)
		}
	}
}
