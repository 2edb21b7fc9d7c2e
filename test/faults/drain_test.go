//go:build faults

package faults

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestDrain: SIGTERM to one part after the other, while jobs are submitted and
// run. None is lost, none fails, and the parts end in time.
func TestDrain(t *testing.T) {
	s := split(t)
	l := &load{marks: t.TempDir(), acked: map[string]string{}}
	var progress atomic.Int64
	done := make(chan struct{})
	go func() { defer close(done); l.run(t, []string{s.Gateway(1)}, 200, 4, &progress) }()
	for i, part := range []string{"runner", "jobs-1", "files", "auth", "gateway-2", "jobs-2"} {
		eventually(t, "some more jobs", func() bool { return progress.Load() >= int64(20*(i+1)) })
		if err := s.Part(part).Terminate(20 * time.Second); err != nil {
			t.Errorf("%s: %v", part, err)
		}
		if err := s.Start(part); err != nil {
			t.Fatal(err)
		}
		if err := s.Ready(part, 30*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	<-done
	l.check(t, s.Gateway(1), 200)
}

// TestDrainOfARequest: a gateway that is told to end takes nothing new, and
// finishes an upload of which it has seen the beginning.
func TestDrainOfARequest(t *testing.T) {
	s := split(t)
	body, rest := io.Pipe()
	begun := make(chan struct{})
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got100Continue: func() { close(begun) }})
	answer := make(chan error, 1)
	go func() { answer <- put(ctx, s.Gateway(1)+"/api/v1/storages/home/files/slow", body) }()
	<-begun
	fmt.Fprint(rest, "the first half, ")
	ended := make(chan error, 1)
	go func() { ended <- s.Part("gateway-1").Terminate(20 * time.Second) }()
	eventually(t, "nothing new is taken", func() bool {
		c := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Second}
		resp, err := c.Get(s.Gateway(1) + "/api/v1/openapi.json")
		if err == nil {
			resp.Body.Close()
		}
		return err != nil
	})
	fmt.Fprint(rest, "and the second")
	rest.Close()
	if err := <-answer; err != nil {
		t.Errorf("the upload was cut: %v", err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if got := read(t, s.Gateway(2)+"/api/v1/storages/home/files/slow"); got != "the first half, and the second" {
		t.Errorf("the file holds %q", got)
	}
}

func put(ctx context.Context, url string, body io.Reader) error {
	req, err := http.NewRequestWithContext(ctx, "PUT", url, body)
	if err != nil {
		return err
	}
	req.SetBasicAuth("demouser", "test123")
	req.Header.Set("Expect", "100-continue")
	c := http.Client{Timeout: time.Minute, Transport: &http.Transport{ExpectContinueTimeout: time.Minute}}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("answered %s", resp.Status)
	}
	return nil
}

func read(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("demouser", "test123")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var b strings.Builder
	if _, err := io.Copy(&b, resp.Body); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
