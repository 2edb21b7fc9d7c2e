package es

import (
	"container/list"
	"sync"
)

// Memory keeps the folded state of recently handled topics of one decider, so
// that the usual command costs one append and no load. It is bounded by
// count; the least recently used topic is forgotten first.
type Memory[S any] struct {
	mu    sync.Mutex
	max   int
	order *list.List // front: most recent; values are *remembered[S]
	byKey map[string]*list.Element
}

type remembered[S any] struct {
	topic string
	history[S]
}

// NewMemory returns a memory of at most max topics.
func NewMemory[S any](max int) *Memory[S] {
	return &Memory[S]{max: max, order: list.New(), byKey: map[string]*list.Element{}}
}

func (m *Memory[S]) get(topic string) (history[S], bool) {
	if m == nil {
		return history[S]{}, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	el, ok := m.byKey[topic]
	if !ok {
		return history[S]{}, false
	}
	m.order.MoveToFront(el)
	return el.Value.(*remembered[S]).history, true
}

// put remembers h unless something newer is remembered already.
func (m *Memory[S]) put(topic string, h history[S]) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if el, ok := m.byKey[topic]; ok {
		if r := el.Value.(*remembered[S]); r.seq <= h.seq {
			r.history = h
		}
		m.order.MoveToFront(el)
		return
	}
	m.byKey[topic] = m.order.PushFront(&remembered[S]{topic, h})
	if m.order.Len() > m.max {
		last := m.order.Back()
		m.order.Remove(last)
		delete(m.byKey, last.Value.(*remembered[S]).topic)
	}
}

// Expect notes that a topic, whose id the caller has just made up, was most
// likely never written, and so spares Handle the look before its first
// append. If it was written after all, the append's expectation finds out.
func (m *Memory[S]) Expect(topic string) { m.put(topic, history[S]{}) }

func (m *Memory[S]) drop(topic string) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if el, ok := m.byKey[topic]; ok {
		m.order.Remove(el)
		delete(m.byKey, topic)
	}
}
