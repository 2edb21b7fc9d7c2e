package dirac

import (
	"net/url"
	"strconv"
	"strings"
)

// boolean reads a flag of the query: absent is the default, empty is true.
func boolean(q url.Values, name string, otherwise bool) (bool, error) {
	values, ok := q[name]
	if !ok {
		return otherwise, nil
	}
	v, ok := truth(values[len(values)-1])
	if !ok {
		return false, invalid(name, "must be true or false")
	}
	return v, nil
}

func truth(s string) (value, ok bool) {
	switch strings.ToLower(s) {
	case "", "true", "1", "yes", "on":
		return true, true
	case "false", "0", "no", "off":
		return false, true
	}
	return false, false
}

// number reads an integer of at least 0 of the query.
func number(q url.Values, name string, otherwise int) (int, error) {
	values, ok := q[name]
	if !ok {
		return otherwise, nil
	}
	n, err := strconv.Atoi(values[len(values)-1])
	if err != nil || n < 0 {
		return 0, invalid(name, "must be an integer of at least 0")
	}
	return n, nil
}
