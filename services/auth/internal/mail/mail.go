// Package mail sends letters to users. It is separate because a mail server
// may be slow or away, for which nobody who asks for a letter should wait:
// whether somebody got one must not be told by the time that an answer takes.
package mail

import (
	"context"
	"fmt"
	"log/slog"
	"mime"
	"net/mail"
	"strings"
	"time"
)

// Letter is one mail. What it says may be a secret.
type Letter struct {
	To, Subject, Text string
	About             string // whom or what it is about, for the log: "user/ID"
}

// LogValue keeps a letter's text out of logs.
func (l Letter) LogValue() slog.Value { return slog.StringValue(l.About) }

// String does so for texts.
func (l Letter) String() string { return l.About }

// GoString does so for %#v.
func (l Letter) GoString() string { return l.About }

// Config says how letters are sent.
type Config struct {
	Server   string `conf:"server" env:"SERVER" doc:"Mail server, HOST:PORT: with TLS at port 465, else with STARTTLS if it offers it; empty: no mail is sent."`
	From     string `conf:"from" env:"FROM" default:"heddle@localhost" doc:"Whom mail is from."`
	User     string `conf:"user" env:"USER" doc:"User at the mail server; empty: none."`
	Password string `conf:"password" env:"PASSWORD" secret:"true" doc:"Password at the mail server. It is sent over TLS, or to this machine, only."`
}

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	if c.From != "" {
		if _, err := mail.ParseAddress(c.From); err != nil {
			return fmt.Errorf("mail-from must be an address: %w", err)
		}
	}
	if c.Server != "" && strings.LastIndexByte(c.Server, ':') < 1 {
		return fmt.Errorf("mail-server must be HOST:PORT")
	}
	return nil
}

const (
	waiting  = 100 // letters that may wait; further ones are not sent
	patience = 30 * time.Second
)

// Post sends letters one after the other.
type Post struct {
	cfg   Config
	log   *slog.Logger
	now   func() time.Time
	queue chan Letter
}

// New returns a post that sends nothing until Run runs.
func New(cfg Config, log *slog.Logger, now func() time.Time) *Post {
	return &Post{cfg, log, now, make(chan Letter, waiting)}
}

// Send puts a letter in the post, and says in the log if it will not be sent.
// It never waits.
func (p *Post) Send(ctx context.Context, l Letter) {
	if p.cfg.Server == "" {
		p.log.WarnContext(ctx, "a mail was not sent: no mail server is configured", "subject", l.Subject, "about", l.About)
		return
	}
	select {
	case p.queue <- l:
	default:
		p.log.ErrorContext(ctx, "a mail was not sent: too many are waiting", "subject", l.Subject, "about", l.About)
	}
}

// Run sends what is put in the post, until ctx ends; then what is waiting is
// not sent any more.
func (p *Post) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case l := <-p.queue:
			p.deliver(ctx, l)
		}
	}
}

func (p *Post) deliver(ctx context.Context, l Letter) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := p.send(ctx, l); err != nil {
		p.log.ErrorContext(ctx, "a mail was not sent", "subject", l.Subject, "about", l.About, "err", err)
		return
	}
	p.log.InfoContext(ctx, "a mail was sent", "subject", l.Subject, "about", l.About)
}

// message is the letter as it is sent (RFC 5322). Its lines end as they must.
func (p *Post) message(l Letter) []byte {
	text := strings.ReplaceAll(strings.ReplaceAll(l.Text, "\r\n", "\n"), "\n", "\r\n")
	return fmt.Appendf(nil, "From: %s\r\nTo: <%s>\r\nSubject: %s\r\nDate: %s\r\nMIME-Version: 1.0\r\n"+
		"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nAuto-Submitted: auto-generated\r\n\r\n%s\r\n",
		p.cfg.From, l.To, mime.QEncoding.Encode("utf-8", l.Subject), p.now().Format(time.RFC1123Z), text)
}
