package app

import (
	"math"
	"strings"
	"time"
)

// plain is data as core4 spells them: moments in UTC without saying so, spans
// of time in seconds, and what is no number as null. It looks into maps and
// lists of anything; what has a type of its own says for itself how it is
// written.
func plain(data any) any {
	switch v := data.(type) {
	case time.Time:
		return isoTime(v)
	case *time.Time:
		if v == nil {
			return nil
		}
		return isoTime(*v)
	case time.Duration:
		return v.Seconds()
	case float64:
		return number(v)
	case float32:
		return number(float64(v))
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, one := range v {
			out[name] = plain(one)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, one := range v {
			out[i] = plain(one)
		}
		return out
	case []map[string]any:
		out := make([]any, len(v))
		for i, one := range v {
			out[i] = plain(one)
		}
		return out
	default:
		return data
	}
}

func number(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return v
}

// isoTime leaves out a fraction that is not there.
func isoTime(t time.Time) string { return strings.TrimSuffix(Stamp(t), ".000000") }
