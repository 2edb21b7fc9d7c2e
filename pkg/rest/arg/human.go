package arg

import (
	"strings"
	"time"
)

// layouts are the ways in which people write dates that core4 takes beside
// ParseTime's. Numbers with dots are day, month, year. Names of months and
// days take either case.
var layouts = []string{
	"Jan 2 2006", "Jan 2, 2006", "January 2 2006", "January 2, 2006", "2 Jan 2006", "2 January 2006",
	"2.1.2006", "2006/1/2", "20060102",
}

// clocks may follow a date.
var clocks = []string{"", " 15:04", " 15:04:05"}

// parseHuman is ParseTime, and takes what people write: "Nov 7 2018",
// "7.11.2018 10:30", and "10:30", which is today in UTC.
func parseHuman(text string) (time.Time, bool) {
	if t, ok := ParseTime(text); ok {
		return t, true
	}
	text = strings.Join(strings.Fields(text), " ")
	for _, clock := range clocks {
		for _, layout := range layouts {
			if t, err := time.Parse(layout+clock, text); err == nil && t.Year() > 0 {
				return t, true
			}
		}
	}
	if text == "" {
		return time.Time{}, false
	}
	return ParseTime(time.Now().UTC().Format(time.DateOnly) + " " + text)
}
