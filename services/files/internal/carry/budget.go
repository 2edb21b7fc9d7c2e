package carry

import (
	"sync"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// budget is what a carry may still take.
type budget struct {
	mu   sync.Mutex
	left storage.Bounds
}

// bounds are what is left.
func (b *budget) bounds() storage.Bounds {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.left
}

// file takes a file.
func (b *budget) file() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left.Files <= 0 {
		return fault.New(fault.Exhausted, "carry.too_many", "These are more files than may be carried at once.").WithStatus(413)
	}
	b.left.Files--
	return nil
}

// bytes takes bytes.
func (b *budget) bytes(n int64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left.Bytes -= n; b.left.Bytes < 0 {
		return fault.New(fault.Exhausted, "carry.too_much", "This is more than may be carried at once.").WithStatus(413)
	}
	return nil
}

// giveBack undoes what a file has taken that was not stored.
func (b *budget) giveBack(bytes int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left.Files++
	b.left.Bytes += bytes
}
