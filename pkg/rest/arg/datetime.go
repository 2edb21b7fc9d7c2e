package arg

import (
	"strings"
	"time"
)

// zones are the abbreviations that people write, in minutes east of UTC. What
// several regions use means what it means in core4 section 5.3.
var zones = map[string]int{
	"UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "CET": 60, "CEST": 120, "EET": 120, "EEST": 180, "MSK": 180,
	"BST": 60, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
	"JST": 540,
}

// ParseTime reads a date, "2018-11-07" or "2018-2-1", which may be followed by
// T or a blank and a time of day, "7:30", "07:30:00" or "07:30:00.123456", and
// that by a zone: Z, an abbreviation, "+01:00", "+0100" or "+01", where the
// plus may have become a blank. Without a zone it is UTC; the result always is.
func ParseTime(text string) (time.Time, bool) {
	in := scanner{rest: strings.TrimSpace(text)}
	year, month, day := in.number(4, 4), in.after('-', 1, 2), in.after('-', 1, 2)
	if in.bad || year == 0 {
		return time.Time{}, false
	}
	var clock clock
	offset := 0
	if in.rest != "" {
		if !in.take('T') && !in.take('t') && !in.take(' ') {
			return time.Time{}, false
		}
		clock = in.clock()
		offset = in.zone()
	}
	t := time.Date(year, time.Month(month), day, clock.hour, clock.minute, clock.second, clock.nanos, time.UTC)
	if in.bad || t.Month() != time.Month(month) || t.Day() != day {
		return time.Time{}, false
	}
	t = t.Add(-time.Duration(offset) * time.Minute)
	return t, t.Year() > 0 && t.Year() < 10_000 // else it could not be written again
}

// scanner takes a text apart from its front; bad is set for good when
// something is not as it must be.
type scanner struct {
	rest string
	bad  bool
}

func (s *scanner) take(c byte) bool {
	if s.rest == "" || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// number takes from min to max digits.
func (s *scanner) number(min, max int) int {
	n, digits := 0, 0
	for digits < max && digits < len(s.rest) && s.rest[digits] >= '0' && s.rest[digits] <= '9' {
		n = n*10 + int(s.rest[digits]-'0')
		digits++
	}
	s.rest = s.rest[digits:]
	s.bad = s.bad || digits < min
	return n
}

// after takes a separator and a number.
func (s *scanner) after(c byte, min, max int) int {
	if !s.take(c) {
		s.bad = true
	}
	return s.number(min, max)
}

type clock struct{ hour, minute, second, nanos int }

func (s *scanner) clock() clock {
	c := clock{hour: s.number(1, 2), minute: s.after(':', 2, 2)}
	if s.take(':') {
		c.second = s.number(2, 2)
		if s.take('.') || s.take(',') {
			digits := len(s.rest)
			c.nanos = s.number(1, 9)
			for digits -= len(s.rest); digits < 9; digits++ {
				c.nanos *= 10
			}
		}
	}
	s.bad = s.bad || c.hour > 23 || c.minute > 59 || c.second > 59
	return c
}

// zone takes the rest of the text as a zone, in minutes east of UTC.
func (s *scanner) zone() int {
	blank := strings.HasPrefix(s.rest, " ")
	s.rest = strings.TrimLeft(s.rest, " ")
	if s.rest == "" {
		return 0
	}
	if minutes, ok := zones[strings.ToUpper(s.rest)]; ok {
		return minutes
	}
	sign := 1
	switch {
	case s.take('-'):
		sign = -1
	case s.take('+'), blank: // a plus that nobody escaped in a query is a blank
	default:
		s.bad = true
	}
	hours, minutes := s.number(2, 2), 0
	if s.take(':') || s.rest != "" {
		minutes = s.number(2, 2)
	}
	s.bad = s.bad || s.rest != "" || hours > 23 || minutes > 59
	return sign * (hours*60 + minutes)
}
