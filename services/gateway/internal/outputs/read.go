package outputs

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

// Chunk is the most that is asked of the files service at once, in bytes.
const Chunk = 256 << 10

// piece is a part of a file.
type piece struct {
	from int64 // place of its first byte
	data []byte
	size int64 // of the whole file; 0 if there is none
}

// Read reads up to Chunk bytes from a place on. Behind the end, and where there
// is no file, there are none.
func (h *Hub) Read(ctx context.Context, p filesapi.Path, from int64) ([]byte, error) {
	got, err := h.read(ctx, p, from, Chunk)
	return got.data, err
}

// read reads up to n bytes from a place on. What is behind the end is empty.
func (h *Hub) read(ctx context.Context, p filesapi.Path, from int64, n int) (piece, error) {
	return h.get(ctx, p, fmt.Sprintf("bytes=%d-%d", from, from+int64(n)-1))
}

// end reads the last n bytes.
func (h *Hub) end(ctx context.Context, p filesapi.Path, n int) (piece, error) {
	return h.get(ctx, p, fmt.Sprintf("bytes=-%d", n))
}

func (h *Hub) get(ctx context.Context, p filesapi.Path, span string) (piece, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
	if err != nil {
		return piece{}, err
	}
	r.Header.Set("Range", span)
	w := &held{header: http.Header{}}
	err = h.cfg.Bytes.Get(w, r, p)
	switch {
	case err == nil:
		return w.piece()
	case fault.Is(err, fault.Missing):
		return piece{}, nil
	case rest.Status(fault.From(err)) == http.StatusRequestedRangeNotSatisfiable || w.status == http.StatusRequestedRangeNotSatisfiable:
		return w.piece()
	}
	return piece{}, err
}

// held is an answer that is kept in memory.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *held) Header() http.Header         { return h.header }
func (h *held) WriteHeader(status int)      { h.status = status }
func (h *held) Write(b []byte) (int, error) { return h.body.Write(b) }

// piece reads the answer: its place is in Content-Range (RFC 9110, section
// 14.4), "bytes FIRST-LAST/SIZE" or "bytes */SIZE"; without one it is the whole.
func (h *held) piece() (piece, error) {
	place, partial := strings.CutPrefix(h.header.Get("Content-Range"), "bytes ")
	if !partial {
		return piece{data: h.body.Bytes(), size: int64(h.body.Len())}, nil
	}
	span, size, _ := strings.Cut(place, "/")
	first, _, some := strings.Cut(span, "-")
	var p piece
	var err error
	if p.size, err = strconv.ParseInt(size, 10, 64); err == nil && some {
		p.from, err = strconv.ParseInt(first, 10, 64)
		p.data = h.body.Bytes()
	}
	if err != nil {
		return piece{}, fmt.Errorf("outputs: Content-Range %q: %w", place, err)
	}
	return p, nil
}
