// Package api is the native REST API from a client's side. It is separate
// from the commands so that they speak of jobs and files, not of requests.
package api

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Client calls one server as one user.
type Client struct {
	base           string
	tokens         Tokens
	name, password string // sent instead of a token, if there is a name
	http           *http.Client
}

// Tokens gives the access token to send now; an empty one is none.
type Tokens func(context.Context) (string, error)

// NoToken is for those who are not signed in.
func NoToken(context.Context) (string, error) { return "", nil }

// New returns a client of the server at base ("http://127.0.0.1:8080").
func New(base string, tokens Tokens, hc *http.Client) *Client {
	return &Client{base: strings.TrimRight(base, "/") + "/api/v1", tokens: tokens, http: hc}
}

// InPerson returns a client that shows name and password with each request.
func (c *Client) InPerson(name, password string) *Client {
	p := *c
	p.name, p.password = name, password
	return &p
}

// Dialer returns what reaches servers. caFile, if not empty, is trusted beside
// the system's authorities.
func Dialer(caFile string) (*http.Client, error) {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.ResponseHeaderTimeout = 60 * time.Second // long polls end after 30 s
	if caFile != "" {
		pem, err := os.ReadFile(caFile)
		if err != nil {
			return nil, err
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate", caFile)
		}
		t.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	return &http.Client{Transport: t}, nil
}

// Problem is an error answer of the server (RFC 9457).
type Problem struct {
	Title   string `json:"title"`
	Status  int    `json:"status"`
	Detail  string `json:"detail"`
	Code    string `json:"code"`
	Request string `json:"request_id"`
	Fields  []struct {
		Name    string `json:"name"`
		Message string `json:"message"`
	} `json:"fields"`
}

// Error is the problem in a line or more, the offending fields below.
func (p *Problem) Error() string {
	text := p.Detail
	if text == "" {
		text = fmt.Sprintf("%d %s", p.Status, p.Title)
	}
	for _, f := range p.Fields {
		text += "\n  " + f.Name + ": " + f.Message
	}
	return text
}

// Unreachable says that no answer came.
type Unreachable struct {
	Server string
	Err    error
}

func (u *Unreachable) Error() string {
	return fmt.Sprintf("cannot reach %s: %v\n  Is Heddle running there? Start one with `heddle up --demo`, or say where it is with --url or HEDDLE_URL.", u.Server, u.Err)
}
func (u *Unreachable) Unwrap() error { return u.Err }

// request is one call; do runs it and gives the answer if it is a 2xx.
type request struct {
	method, path string
	query        url.Values
	header       http.Header
	body         io.Reader
	size         int64
}

func (c *Client) do(ctx context.Context, r request) (*http.Response, error) {
	u := c.base + r.path
	if len(r.query) > 0 {
		u += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, u, r.body)
	if err != nil {
		return nil, err
	}
	if r.size > 0 {
		req.ContentLength = r.size
	}
	for k, v := range r.header {
		req.Header[k] = v
	}
	if err := c.authorize(ctx, req); err != nil {
		return nil, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &Unreachable{c.base, unwrapURL(err)}
	}
	if resp.StatusCode/100 != 2 {
		defer resp.Body.Close()
		return nil, problem(resp)
	}
	return resp, nil
}

func (c *Client) authorize(ctx context.Context, req *http.Request) error {
	if c.name != "" {
		req.SetBasicAuth(c.name, c.password)
		return nil
	}
	token, err := c.tokens(ctx)
	if err == nil && token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return err
}

func unwrapURL(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		return ue.Err
	}
	return err
}

func problem(resp *http.Response) error {
	p := &Problem{Status: resp.StatusCode, Title: http.StatusText(resp.StatusCode)}
	b, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	_ = json.Unmarshal(b, p) // a body that is no problem document leaves the status
	p.Status = resp.StatusCode
	return p
}

// call sends in as JSON (nil: no body) and reads the answer into out (nil:
// not read).
func (c *Client) call(ctx context.Context, r request, in, out any) error {
	if r.header == nil {
		r.header = http.Header{}
	}
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		r.body = bytes.NewReader(b)
		r.header.Set("Content-Type", "application/json")
	}
	resp, err := c.do(ctx, r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if out == nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(out)
}
