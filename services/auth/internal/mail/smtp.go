package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/mail"
	"net/smtp"
	"strings"
)

// portTLS is where a mail server speaks TLS from the first byte (RFC 8314).
const portTLS = "465"

var errAddress = errors.New("not an address to send mail to")

// send hands a letter to the mail server (RFC 5321).
func (p *Post) send(ctx context.Context, l Letter) error {
	from, err := mail.ParseAddress(p.cfg.From)
	if err != nil {
		return err
	}
	if strings.ContainsAny(l.To, "\r\n<> ") {
		return errAddress
	}
	c, err := p.dial(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := p.signIn(c); err != nil {
		return err
	}
	if err := c.Mail(from.Address); err != nil {
		return err
	}
	if err := c.Rcpt(l.To); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(p.message(l)); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_ = c.Quit() // it has the letter
	return nil
}

// dial connects for as long as ctx allows.
func (p *Post) dial(ctx context.Context) (*smtp.Client, error) {
	host, port, err := net.SplitHostPort(p.cfg.Server)
	if err != nil {
		return nil, err
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", p.cfg.Server)
	if err != nil {
		return nil, err
	}
	if end, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(end)
	}
	if port == portTLS {
		conn = tls.Client(conn, &tls.Config{ServerName: host})
	}
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		conn.Close()
		return nil, err
	}
	if offered, _ := c.Extension("STARTTLS"); offered {
		if err := c.StartTLS(&tls.Config{ServerName: host}); err != nil {
			c.Close()
			return nil, err
		}
	}
	return c, nil
}

// signIn shows the password, which smtp.PlainAuth does over TLS alone.
func (p *Post) signIn(c *smtp.Client) error {
	if p.cfg.User == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(p.cfg.Server)
	if err != nil {
		return err
	}
	return c.Auth(smtp.PlainAuth("", p.cfg.User, p.cfg.Password, host))
}
