package flowtest

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/flow"
)

// Maps is a flow.Store of maps with a clock that somebody sets.
type Maps struct {
	now func() time.Time

	mu   sync.Mutex
	fail error
	kept map[place]entry
}

type place struct {
	kind flow.Kind
	name string
}

type entry struct {
	value []byte
	end   time.Time
}

var _ flow.Store = (*Maps)(nil)

// NewMaps returns an empty store that reads the time from now.
func NewMaps(now func() time.Time) *Maps { return &Maps{now: now, kept: map[place]entry{}} }

// Fail makes every verb give an error, until it is told nil.
func (m *Maps) Fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

// Flush forgets everything.
func (m *Maps) Flush() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.kept)
}

// at runs a verb on one place; e is nil if there is nothing, or not any more.
func (m *Maps) at(kind flow.Kind, name string, do func(p place, e *entry) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	p := place{kind, name}
	e, found := m.kept[p]
	if !found || !m.now().Before(e.end) {
		return do(p, nil)
	}
	return do(p, &e)
}

// Put implements flow.Store.
func (m *Maps) Put(_ context.Context, kind flow.Kind, name string, value []byte, ttl time.Duration) error {
	return m.at(kind, name, func(p place, _ *entry) error {
		m.kept[p] = entry{value, m.now().Add(ttl)}
		return nil
	})
}

// Add implements flow.Store.
func (m *Maps) Add(_ context.Context, kind flow.Kind, name string, value []byte, ttl time.Duration) error {
	return m.at(kind, name, func(p place, e *entry) error {
		if e != nil {
			return flow.ErrTaken
		}
		m.kept[p] = entry{value, m.now().Add(ttl)}
		return nil
	})
}

// Get implements flow.Store.
func (m *Maps) Get(_ context.Context, kind flow.Kind, name string) (value []byte, err error) {
	err = m.at(kind, name, func(_ place, e *entry) error {
		if e == nil {
			return flow.ErrNone
		}
		value = e.value
		return nil
	})
	return value, err
}

// Take implements flow.Store.
func (m *Maps) Take(_ context.Context, kind flow.Kind, name string) (value []byte, err error) {
	err = m.at(kind, name, func(p place, e *entry) error {
		if e == nil {
			return flow.ErrNone
		}
		value = e.value
		delete(m.kept, p)
		return nil
	})
	return value, err
}

// Drop implements flow.Store.
func (m *Maps) Drop(_ context.Context, kind flow.Kind, name string) error {
	return m.at(kind, name, func(p place, _ *entry) error { delete(m.kept, p); return nil })
}

// Count implements flow.Store.
func (m *Maps) Count(_ context.Context, kind flow.Kind, name string, by int64, ttl time.Duration) (n int64, err error) {
	err = m.at(kind, name, func(p place, e *entry) error {
		end := m.now().Add(ttl)
		if e != nil {
			end = e.end
			n, _ = strconv.ParseInt(string(e.value), 10, 64)
		}
		n += by
		m.kept[p] = entry{strconv.AppendInt(nil, n, 10), end}
		return nil
	})
	return n, err
}

// Left implements flow.Store.
func (m *Maps) Left(_ context.Context, kind flow.Kind, name string) (left time.Duration, err error) {
	err = m.at(kind, name, func(_ place, e *entry) error {
		if e == nil {
			return flow.ErrNone
		}
		left = e.end.Sub(m.now())
		return nil
	})
	return left, err
}
