package view

import (
	"database/sql"
	"sync"
)

// maxMemo bounds the answers that are kept, of one kind.
const maxMemo = 10_000

// Memo keeps answers for as long as the view stands still, for a program that
// gets token after token asks for the same rows. What it gives is shared:
// nobody may change it.
type Memo[V any] struct {
	mu   sync.Mutex
	at   moment
	kept map[string]V
}

// moment is a state of the view: which file, and how far it is.
type moment struct {
	file     *sql.DB
	position uint64
}

// Get answers from what is kept, or else reads. What is read is at least as
// new as the moment before; it is kept only if no newer one has come.
func (m *Memo[V]) Get(v *View, key string, read func() (V, error)) (V, error) {
	now := moment{v.DB(), v.Position()}
	if kept, ok := m.find(now, key); ok {
		return kept, nil
	}
	value, err := read()
	if err == nil {
		m.keep(now, key, value)
	}
	return value, err
}

func (m *Memo[V]) find(now moment, key string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.at != now {
		var none V
		return none, false
	}
	value, ok := m.kept[key]
	return value, ok
}

func (m *Memo[V]) keep(now moment, key string, value V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.at.file == now.file && m.at.position > now.position {
		return
	}
	if m.at != now || len(m.kept) >= maxMemo {
		m.at, m.kept = now, map[string]V{}
	}
	m.kept[key] = value
}
