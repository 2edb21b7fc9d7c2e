//go:build faults

package faults

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

// regrow deletes every read model and compares what the lists say before and
// after.
func regrow(t *testing.T, s *stage.Split) {
	t.Helper()
	before := everything(t, s.Gateway(1))
	for _, part := range []string{"auth", "jobs-1", "jobs-2", "files"} {
		if err := s.Part(part).Terminate(20 * time.Second); err != nil {
			t.Error(err)
		}
		if n := deleteViews(t, filepath.Join(s.Dir, part)); n == 0 {
			t.Errorf("%s has no read model to delete", part)
		}
		if err := s.Start(part); err != nil {
			t.Fatal(err)
		}
	}
	for _, part := range []string{"auth", "jobs-1", "jobs-2", "files"} {
		if err := s.Ready(part, time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	for n := 1; n <= 2; n++ {
		if after := everything(t, s.Gateway(n)); after != before {
			t.Errorf("the read models grew back differently (%d bytes, before %d)", len(after), len(before))
		}
	}
}

func deleteViews(t *testing.T, dir string) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.Contains(d.Name(), ".db") {
			n++
			return os.Remove(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// everything is all jobs as the list shows them, page by page.
func everything(t *testing.T, url string) string {
	t.Helper()
	c := patient(t, url)
	var all strings.Builder
	for cursor := ""; ; {
		var page struct {
			Jobs []any  `json:"jobs"`
			Next string `json:"next"`
		}
		c.retry(t, "list", func(ctx context.Context) error {
			_, err := c.Do(ctx, "GET", "/api/v1/jobs?limit=500&cursor="+cursor, nil, &page)
			return err
		})
		for _, j := range page.Jobs {
			all.WriteString(text(j))
		}
		if cursor = page.Next; cursor == "" {
			return all.String()
		}
	}
}
