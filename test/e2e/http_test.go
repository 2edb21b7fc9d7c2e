package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/test/stage"
)

// raw sends a request as it is and returns status and body.
func raw(t *testing.T, c *stage.Client, method, path string, body io.Reader, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, c.Base+path, body)
	if err != nil {
		t.Fatal(err)
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
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return resp, string(b)
}

func get(t *testing.T, c *stage.Client, path string, headers ...string) string {
	t.Helper()
	resp, body := raw(t, c, "GET", path, nil, headers...)
	if resp.StatusCode/100 != 2 {
		t.Fatalf("GET %s: %s %s", path, resp.Status, body)
	}
	return body
}

func put(t *testing.T, c *stage.Client, path, content string) {
	t.Helper()
	resp, body := raw(t, c, "PUT", path, strings.NewReader(content), "Content-Type: application/octet-stream")
	if resp.StatusCode/100 != 2 {
		t.Fatalf("PUT %s: %s %s", path, resp.Status, body)
	}
}
