package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/test/stage"
)

// raw sends a request as it is and returns the answer, whatever its status.
func raw(t *testing.T, c *stage.Client, method, path string, body io.Reader, headers ...string) (*http.Response, string) {
	t.Helper()
	resp, answer, err := c.Send(t.Context(), method, path, body, headers...)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return resp, answer
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
