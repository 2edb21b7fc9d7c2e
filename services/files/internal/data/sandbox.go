package data

import (
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"path"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/disk"
	"github.com/heddle-dev/heddle/services/files/internal/sandbox"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// readSandbox answers with a sandbox. Its name is the strongest validator
// that there can be.
func (d *door) readSandbox(ctx context.Context, c call) (none, error) {
	f, err := d.file(ctx, c.leave)
	if fault.Is(err, fault.Missing) {
		err = sandbox.Unknown(c.leave.Path)
	}
	if err != nil {
		return none{}, err
	}
	defer f.Close()
	return d.serve(ctx, c, f, "application/x-tar", `"`+path.Base(c.leave.Path)+`"`)
}

// writeSandbox keeps the body as a sandbox.
func (d *door) writeSandbox(ctx context.Context, c call) (none, error) {
	if c.r.ContentLength > d.Sandbox.Bytes {
		return none{}, sandbox.TooLarge(d.Sandbox)
	}
	return d.keep(ctx, c, func(t *storage.Tree, body io.Reader) (string, error) {
		return sandbox.Keep(ctx, t, body, c.leave.Path, d.Sandbox)
	})
}

// packSandbox packs the files of the body into a sandbox.
func (d *door) packSandbox(ctx context.Context, c call) (none, error) {
	media, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || media != "multipart/form-data" || params["boundary"] == "" {
		return none{}, fault.New(fault.Unsupported, "sandbox.media", "Files to pack come as multipart/form-data.").WithStatus(http.StatusUnsupportedMediaType)
	}
	return d.keep(ctx, c, func(t *storage.Tree, body io.Reader) (string, error) {
		return sandbox.Pack(ctx, t, body, params["boundary"], d.Sandbox)
	})
}

// keep makes a sandbox of the body, and answers with what it is.
func (d *door) keep(ctx context.Context, c call, f func(*storage.Tree, io.Reader) (string, error)) (none, error) {
	tree, err := disk.Do(ctx, d.Gate, func(context.Context) (*storage.Tree, error) { return d.Disk.Open(c.leave.Tree, true) })
	if err != nil {
		return none{}, err
	}
	defer tree.Close()
	if err := d.room(ctx, c.leave.Tree.Kind, c.r.ContentLength); err != nil {
		return none{}, err
	}
	name, err := f(tree, &patient{body: c.r.Body, control: http.NewResponseController(c.w.ResponseWriter), idle: d.Idle})
	if err != nil {
		return none{}, err
	}
	kept, err := tree.Stat(name)
	if err != nil {
		return none{}, err
	}
	c.w.extend()
	c.w.Header().Set("Content-Type", "application/json")
	return none{}, gone(c.r, json.NewEncoder(c.w).Encode(filesapi.Sandbox{Name: name, Size: kept.Size, Used: kept.Modified}))
}
