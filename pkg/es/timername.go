package es

import (
	"fmt"
	"regexp"
)

var timerName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)

// CheckTimerName returns an error if name is not one or more subject tokens;
// stores call it.
func CheckTimerName(name string) error {
	if !timerName.MatchString(name) {
		return fmt.Errorf("es: %q is not a timer's name", name)
	}
	return nil
}
