package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/heddle-dev/heddle/services/files/filesapi"
)

func asProblem(err error, p **Problem) bool { return errors.As(err, p) }

// IsStatus reports whether err is an answer of the server with that status.
func IsStatus(err error, status int) bool {
	var p *Problem
	return asProblem(err, &p) && p.Status == status
}

func filePath(storage, path string) string {
	var b strings.Builder
	b.WriteString("/storages/" + url.PathEscape(storage) + "/files")
	for seg := range strings.SplitSeq(path, "/") {
		if seg != "" && seg != "." {
			b.WriteString("/" + url.PathEscape(seg))
		}
	}
	return b.String()
}

// Stat describes a file or directory.
func (c *Client) Stat(ctx context.Context, storage, path string) (f filesapi.File, err error) {
	err = c.call(ctx, request{method: "GET", path: filePath(storage, path), query: url.Values{"stat": {"true"}}}, nil, &f)
	return f, err
}

// List gets a page of a directory, beginning behind the name after.
func (c *Client) List(ctx context.Context, storage, path, after string) (l filesapi.Listing, err error) {
	q := url.Values{}
	if after != "" {
		q.Set("after", after)
	}
	err = c.call(ctx, request{method: "GET", path: filePath(storage, path), query: q}, nil, &l)
	return l, err
}

// Download opens a file's content; size is -1 if the server does not say.
func (c *Client) Download(ctx context.Context, storage, path string) (body io.ReadCloser, size int64, err error) {
	resp, err := c.do(ctx, request{method: "GET", path: filePath(storage, path)})
	if err != nil {
		return nil, 0, err
	}
	return resp.Body, resp.ContentLength, nil
}

// Upload stores body as a file, whole or not at all.
func (c *Client) Upload(ctx context.Context, storage, path string, body io.Reader, size int64) error {
	return c.call(ctx, request{
		method: "PUT", path: filePath(storage, path), body: body, size: size,
		header: http.Header{"Content-Type": {"application/octet-stream"}},
	}, nil, nil)
}
