package data

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/services/files/internal/disk"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// diskRetry is when to try again what the disk refused.
const diskRetry = 5 * time.Second

// write stores the request's body and answers with the file. What can be
// known before the first byte (that it is too large, or that there is no
// room) is said before the first byte.
func (d *door) write(ctx context.Context, c call) (none, error) {
	if c.r.ContentLength > d.MaxUpload {
		return none{}, storage.TooLarge(d.MaxUpload)
	}
	tree, err := d.open(ctx, c.leave)
	if err != nil {
		return none{}, err
	}
	defer tree.Close()
	if err := d.room(ctx, c.leave.Tree.Kind, c.r.ContentLength); err != nil {
		return none{}, err
	}
	body := &patient{body: c.r.Body, control: http.NewResponseController(c.w.ResponseWriter), idle: d.Idle}
	f, err := tree.Put(ctx, c.leave.Path, body, d.MaxUpload)
	if err != nil {
		return none{}, err
	}
	c.w.extend()
	c.w.Header().Set("Content-Type", "application/json")
	return none{}, gone(c.r, json.NewEncoder(c.w).Encode(f))
}

func (d *door) room(ctx context.Context, kind storage.Kind, size int64) error {
	_, err := disk.Do(ctx, d.Gate, func(context.Context) (none, error) {
		if free, _ := d.Disk.Space(kind); free >= 0 && size > free {
			return none{}, storage.NoSpace(nil)
		}
		return none{}, nil
	})
	return err
}

// patient gives every read of a body a deadline.
type patient struct {
	body    io.Reader
	control *http.ResponseController
	idle    time.Duration
}

func (p *patient) Read(b []byte) (int, error) {
	_ = p.control.SetReadDeadline(time.Now().Add(p.idle))
	return p.body.Read(b)
}
