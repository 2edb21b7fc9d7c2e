// Package outbound is the client for URLs that users give. It is separate
// because whoever may name a URL must not reach through Heddle what they could
// not reach themselves: every part that calls out for a user shares this one
// guard, which judges the address that a connection is about to be made to,
// after the name was looked up, so that no answer of a name server slips past.
package outbound

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"
)

// Config says what may be reached, and how patiently. The zero Config reaches
// public addresses only.
type Config struct {
	Allow         []string      `conf:"allow" env:"ALLOW" doc:"Private places that URLs of users may lead to all the same: networks (10.1.0.0/16), addresses or names of hosts, the last two with a port or without (127.0.0.1:9000). Public addresses are always allowed, other than http and https never."`
	CAFile        string        `conf:"ca-file" env:"CA_FILE" doc:"PEM file with authorities that are trusted for such URLs beside the system's."`
	HeaderTimeout time.Duration `conf:"header-timeout" env:"HEADER_TIMEOUT" default:"1m" doc:"How long a server may take to begin its answer."`
	IdleTimeout   time.Duration `conf:"idle-timeout" env:"IDLE_TIMEOUT" default:"1m" doc:"How long a transfer with such a server may stand still."`
	MaxRedirects  int           `conf:"max-redirects" env:"MAX_REDIRECTS" default:"5" doc:"Redirects that are followed; -1: none."`

	// Resolver looks names up; nil: the system's.
	Resolver *net.Resolver
}

const (
	connectTimeout = 15 * time.Second
	keepIdle       = 30 * time.Second // a connection that nobody uses
	maxHeader      = 256 << 10
	perHost        = 64 // connections at once
)

// Validate says what is wrong with the configuration, naming the option.
func (c Config) Validate() error {
	if _, err := parseAllow(c.Allow); err != nil {
		return err
	}
	if c.HeaderTimeout < 0 || c.IdleTimeout < 0 {
		return fmt.Errorf("outbound-header-timeout and outbound-idle-timeout must not be negative")
	}
	_, err := c.authorities()
	return err
}

// NewClient returns a client for URLs that users give. It uses no proxy, checks
// the certificates of servers, follows redirects as MaxRedirects says and
// without handing credentials on to another server, and leaves content as
// it is encoded. Its errors tell what Refused, Stalled and Reason read from
// them; their own text holds the whole URL.
func NewClient(c Config) (*http.Client, error) {
	allow, err := parseAllow(c.Allow)
	if err != nil {
		return nil, err
	}
	roots, err := c.authorities()
	if err != nil {
		return nil, err
	}
	g := &guard{allow: allow, dialer: net.Dialer{Timeout: connectTimeout, KeepAlive: 15 * time.Second, Resolver: c.Resolver}}
	transport := &http.Transport{
		DialContext:            g.dial,
		TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    connectTimeout,
		ResponseHeaderTimeout:  or(c.HeaderTimeout, time.Minute),
		ExpectContinueTimeout:  2 * time.Second,
		IdleConnTimeout:        keepIdle,
		MaxConnsPerHost:        perHost,
		MaxResponseHeaderBytes: maxHeader,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
	}
	return &http.Client{
		Transport:     &patient{next: transport, idle: or(c.IdleTimeout, time.Minute)},
		CheckRedirect: redirects(c.MaxRedirects),
	}, nil
}

// authorities are the system's and the configured ones; nil: the system's.
func (c Config) authorities() (*x509.CertPool, error) {
	if c.CAFile == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(c.CAFile)
	if err != nil {
		return nil, fmt.Errorf("outbound-ca-file: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("outbound-ca-file: %s holds no certificate", c.CAFile)
	}
	return pool, nil
}

func or(d, usual time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return usual
}
