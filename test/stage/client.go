package stage

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Client speaks HTTP to one server as one user.
type Client struct {
	Base  string
	Token string
	HTTP  *http.Client
}

// NewClient returns a client with conns connections that are kept open. It
// does not check certificates: the server's authority was made a moment ago.
func NewClient(base string, conns int) *Client {
	return &Client{Base: base, HTTP: &http.Client{
		Timeout: 60 * time.Second,
		Transport: &http.Transport{
			MaxIdleConns: conns, MaxIdleConnsPerHost: conns, MaxConnsPerHost: conns,
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		},
	}}
}

// Login signs in through the native door.
func (c *Client) Login(ctx context.Context, name, password string) error {
	var t struct {
		AccessToken string `json:"access_token"`
	}
	if _, err := c.Do(ctx, "POST", "/api/v1/login", map[string]string{"name": name, "password": password}, &t); err != nil {
		return err
	}
	c.Token = t.AccessToken
	return nil
}

// StatusError is an answer that is no 2xx.
type StatusError struct {
	Status int
	Header http.Header
	Body   string
}

func (e *StatusError) Error() string { return fmt.Sprintf("%d: %s", e.Status, e.Body) }

// Send sends a request as it is and reads the answer. Extra headers are pairs
// "Name: value".
func (c *Client) Send(ctx context.Context, method, path string, body io.Reader, headers ...string) (*http.Response, string, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.Base+path, body)
	if err != nil {
		return nil, "", err
	}
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	for _, h := range headers {
		k, v, _ := strings.Cut(h, ": ")
		req.Header.Set(k, v)
	}
	resp, err := c.HTTP.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp, string(b), err
}

// Do sends in as JSON and reads the answer into out; both may be nil.
func (c *Client) Do(ctx context.Context, method, path string, in, out any, headers ...string) (http.Header, error) {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body, headers = bytes.NewReader(b), append([]string{"Content-Type: application/json"}, headers...)
	}
	resp, answer, err := c.Send(ctx, method, path, body, headers...)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 != 2 {
		return resp.Header, &StatusError{resp.StatusCode, resp.Header, answer}
	}
	if out == nil {
		return resp.Header, nil
	}
	return resp.Header, json.Unmarshal([]byte(answer), out)
}
