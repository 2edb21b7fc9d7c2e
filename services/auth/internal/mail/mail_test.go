package mail_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/mail"
	"github.com/heddle-dev/heddle/services/auth/internal/mail/mailtest"
)

var letter = mail.Letter{To: "alice@example.org", Subject: "Grüße", Text: "Hello\n.\nhidden-marker\n", About: "user/u1"}

// logged is a log that tests can wait on.
type logged struct {
	mu    sync.Mutex
	text  bytes.Buffer
	lines chan string
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines <- string(b)
	return l.text.Write(b)
}

func start(t *testing.T, cfg mail.Config) (*mail.Post, *logged) {
	t.Helper()
	l := &logged{lines: make(chan string, 300)}
	p := mail.New(cfg, slog.New(slog.NewTextHandler(l, nil)), func() time.Time { return time.Unix(1_800_000_000, 0).UTC() })
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); p.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return p, l
}

func wait(t *testing.T, c <-chan string) string {
	t.Helper()
	select {
	case s := <-c:
		return s
	case <-time.After(20 * time.Second):
		t.Fatal("nothing came within 20 s")
		return ""
	}
}

func TestLetterIsSent(t *testing.T) {
	t.Parallel()
	address, heard := mailtest.Serve(t, "")
	p, log := start(t, mail.Config{Server: address, From: "Heddle <heddle@example.org>", User: "me", Password: "pw-marker"})
	p.Send(t.Context(), letter)
	got := wait(t, heard)
	for _, want := range []string{
		"AUTH PLAIN ", "MAIL FROM:<heddle@example.org>", "RCPT TO:<alice@example.org>", "From: Heddle <heddle@example.org>\n", "To: <alice@example.org>\n",
		"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n", "Date: Fri, 15 Jan 2027 08:00:00 +0000\n", "\n\nHello\n..\nhidden-marker\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if line := wait(t, log.lines); !strings.Contains(line, "a mail was sent") || !strings.Contains(line, "user/u1") ||
		strings.Contains(line, "marker") || strings.Contains(line, "alice") {
		t.Errorf("logged %s", line)
	}
}

func TestLetterThatIsNotSentIsLogged(t *testing.T) {
	t.Parallel()
	refusing, _ := mailtest.Serve(t, "RCPT")
	for name, tc := range map[string]struct {
		cfg mail.Config
		l   mail.Letter
	}{
		"no server":   {mail.Config{From: "a@b.org"}, letter},
		"nobody home": {mail.Config{From: "a@b.org", Server: "127.0.0.1:1"}, letter},
		"refused":     {mail.Config{From: "a@b.org", Server: refusing}, letter},
		"injection":   {mail.Config{From: "a@b.org", Server: refusing}, mail.Letter{To: "a@b.org>\r\nRCPT TO:<c@d.org", About: "user/u1", Text: "hidden-marker"}},
	} {
		p, log := start(t, tc.cfg)
		p.Send(t.Context(), tc.l)
		if line := wait(t, log.lines); !strings.Contains(line, "a mail was not sent") || !strings.Contains(line, "user/u1") || strings.Contains(line, "marker") {
			t.Errorf("%s: %s", name, line)
		}
	}
}

func TestSendNeverWaits(t *testing.T) {
	t.Parallel()
	l := &logged{lines: make(chan string, 300)}
	p := mail.New(mail.Config{Server: "127.0.0.1:1", From: "a@b.org"}, slog.New(slog.NewTextHandler(l, nil)), time.Now)
	for range 101 { // nobody sends them
		p.Send(t.Context(), letter)
	}
	if line := wait(t, l.lines); !strings.Contains(line, "too many are waiting") {
		t.Errorf("logged %s", line)
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	for _, bad := range []mail.Config{{From: "nobody"}, {From: "a@b.org\r\nX: y"}, {Server: "host"}, {Server: ":25"}} {
		if bad.Validate() == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
	if err := (mail.Config{}).Validate(); err != nil {
		t.Error(err)
	}
}
