// Package remember keeps what was verified at a cost (a password, a
// signature) for a while, so that the next request with the same credential
// is cheap. It is separate because tokens and passwords are verified in
// different places and must forget by the same rules: never beyond a stated
// time, and never more than a stated count.
package remember

import (
	"container/list"
	"sync"
	"time"
)

// Memory is a bounded map whose entries end. The least recently used entry
// makes room for a new one. It is safe for concurrent use.
type Memory[K comparable, V any] struct {
	mu    sync.Mutex
	max   int
	now   func() time.Time
	order *list.List // front: most recent; values are *entry[K, V]
	byKey map[K]*list.Element
}

type entry[K comparable, V any] struct {
	key   K
	value V
	until time.Time
}

// New returns a memory of at most max entries that reads the time from now.
func New[K comparable, V any](max int, now func() time.Time) *Memory[K, V] {
	return &Memory[K, V]{max: max, now: now, order: list.New(), byKey: map[K]*list.Element{}}
}

// Get returns the value of k if it is remembered and its time has not come.
func (m *Memory[K, V]) Get(k K) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	el, ok := m.byKey[k]
	if !ok {
		var none V
		return none, false
	}
	e := el.Value.(*entry[K, V])
	if !m.now().Before(e.until) {
		m.remove(el)
		var none V
		return none, false
	}
	m.order.MoveToFront(el)
	return e.value, true
}

// Put remembers v under k until the given time.
func (m *Memory[K, V]) Put(k K, v V, until time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if el, ok := m.byKey[k]; ok {
		m.remove(el)
	}
	m.byKey[k] = m.order.PushFront(&entry[K, V]{k, v, until})
	if m.order.Len() > m.max {
		m.remove(m.order.Back())
	}
}

// Len is the number of entries held, ended ones included.
func (m *Memory[K, V]) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.order.Len()
}

func (m *Memory[K, V]) remove(el *list.Element) {
	m.order.Remove(el)
	delete(m.byKey, el.Value.(*entry[K, V]).key)
}
