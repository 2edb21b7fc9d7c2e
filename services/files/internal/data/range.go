package data

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
)

// settleRange rewrites the Range of a request for size bytes, so that
// http.ServeContent, which knows more kinds, obeys our narrower law: one
// range, of bytes; the end is clipped; a tail longer than the file is the
// whole file; anything else is refused with 416. What ServeContent decides
// first (conditions, If-Range) it still decides first.
func settleRange(r *http.Request, size int64) {
	asked := r.Header.Values("Range")
	if len(asked) == 0 {
		return
	}
	if r.Method != http.MethodGet { // a Range means nothing elsewhere
		r.Header.Del("Range")
		return
	}
	first, last, err := parseRange(strings.Join(asked, ","), size)
	switch {
	case err != nil:
		r.Header.Set("Range", "none") // no unit that anybody knows: 416
	case size == 0: // the tail of nothing is nothing; no range can say that
		r.Header.Del("Range")
	default:
		r.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", first, last))
	}
}

var errRange = errors.New("data: not a range of this file")

// parseRange returns the first and the last byte of a range (RFC 9110,
// section 14.1.2) of a file.
func parseRange(s string, size int64) (first, last int64, err error) {
	unit, spec, ok := strings.Cut(s, "=")
	if !ok || !strings.EqualFold(strings.TrimSpace(unit), "bytes") || strings.Contains(spec, ",") {
		return 0, 0, errRange
	}
	from, to, ok := strings.Cut(strings.TrimSpace(spec), "-")
	if !ok {
		return 0, 0, errRange
	}
	if from == "" {
		n, err := position(to)
		if err != nil || n == 0 {
			return 0, 0, errRange
		}
		return max(0, size-n), size - 1, nil
	}
	if first, err = position(from); err != nil || first >= size {
		return 0, 0, errRange
	}
	last = size - 1
	if to != "" {
		end, err := position(to)
		if err != nil || end < first {
			return 0, 0, errRange
		}
		last = min(last, end)
	}
	return first, last, nil
}

// position reads digits only; a number too large for us is larger than any file.
func position(s string) (int64, error) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, errRange
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if errors.Is(err, strconv.ErrRange) {
		return math.MaxInt64, nil
	}
	return n, err
}
