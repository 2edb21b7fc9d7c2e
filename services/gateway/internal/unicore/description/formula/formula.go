// Package formula works out the ${...} in amounts of a job description, as
// "Nodes": "${ceil(TASKS / 8)}". It is separate because it is a small pure
// language of its own: numbers, and the names of the job's variables. It knows
// no texts, assigns nothing and calls nothing but the four functions below, so
// it is not what conditions and loops of workflows are written in.
package formula

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// The bounds of what is worked out. There are no loops: the work is bounded by
// the length.
const (
	MaxLength = 256 // bytes of a formula
	MaxCount  = 8   // formulas in a value
	maxDepth  = 32  // parentheses, calls and choices in each other
)

// Lookup returns the value of a variable. Its error says why there is none.
type Lookup func(name string) (string, error)

// In reports whether there is a formula in a value.
func In(text string) bool { return strings.Contains(text, "${") }

// Expand returns a value with what its formulas come to in their places.
// Errors name the formula.
func Expand(text string, of Lookup) (string, error) {
	var out strings.Builder
	for n := 0; ; n++ {
		before, rest, found := strings.Cut(text, "${")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		formula, after, closed := strings.Cut(rest, "}")
		switch {
		case n == MaxCount:
			return "", fmt.Errorf("there are more than %d formulas", MaxCount)
		case !closed:
			return "", errors.New("a ${ is not closed")
		case len(formula) > MaxLength:
			return "", fmt.Errorf("a formula has %d bytes; at most %d are allowed", len(formula), MaxLength)
		}
		value, err := evaluate(formula, of)
		if err != nil {
			return "", fmt.Errorf("${%s}: %w", formula, err)
		}
		out.WriteString(value)
		text = after
	}
}

// evaluate works one formula out. A name alone is its value, even if that is
// no number.
func evaluate(formula string, of Lookup) (string, error) {
	if name := strings.TrimSpace(formula); isName(name) {
		return of(name)
	}
	p := &parser{rest: formula, of: of}
	v, err := p.choice()
	if err == nil && p.next() != "" {
		err = fmt.Errorf("%q is not expected there", p.next())
	}
	if err != nil {
		return "", err
	}
	if math.IsInf(v, 0) || math.IsNaN(v) || math.Abs(v) > 1<<53 {
		return "", errors.New("it comes to more than can be counted")
	}
	return strconv.FormatFloat(v, 'f', -1, 64), nil
}

func isName(s string) bool {
	for i := range len(s) {
		if c := s[i]; !letter(c) && (i == 0 || !digit(c)) {
			return false
		}
	}
	return s != ""
}

func letter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }
