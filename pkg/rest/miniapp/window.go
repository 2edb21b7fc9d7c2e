package miniapp

import "time"

// windowSize is by how much a sender's requests may overtake one another.
const windowSize = 1 << 14

// window remembers which of a sender's numbers came, in constant space: what
// is older than its oldest counts as seen (as in RFC 4303, section 3.4.3).
type window struct {
	last time.Time // when something came
	top  uint64    // the highest number that came
	bits [windowSize / 64]uint64
}

// take reports whether the number is new, and notes it.
func (w *window) take(n uint64) bool {
	switch {
	case n == 0 || n+windowSize <= w.top:
		return false
	case n > w.top:
		w.clear(w.top+1, n)
		w.top = n
	case w.bits[n/64%(windowSize/64)]&(1<<(n%64)) != 0:
		return false
	}
	w.bits[n/64%(windowSize/64)] |= 1 << (n % 64)
	return true
}

// clear forgets what the places of the numbers from a to b held before.
func (w *window) clear(a, b uint64) {
	if b-a >= windowSize {
		w.bits = [windowSize / 64]uint64{}
		return
	}
	for n := a; n <= b; n++ {
		w.bits[n/64%(windowSize/64)] &^= 1 << (n % 64)
	}
}
