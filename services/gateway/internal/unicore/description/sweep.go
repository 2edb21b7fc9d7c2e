package description

import (
	"math/big"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
)

// maxValues is the most values that one thing may have, as a job has no more
// children than that.
const maxValues = 200

// values reads what is swept over: a list, or the numbers from one to another.
func (r *reader) values(key string, o lenient.Object) []string {
	if r.has(o, "Values") {
		values := r.under(key, func(sub *reader) []string { return sub.lines(o, "Values") })
		if len(values) == 0 || len(values) > maxValues {
			r.problem(key+".Values", "must be a list of 1 to %d texts", maxValues)
		}
		return values
	}
	return r.numbers(key, o)
}

// numbers counts From one number To another, which is one of them if it is
// hit. They are decimal and so is the result: there is no rounding.
func (r *reader) numbers(key string, o lenient.Object) []string {
	from, decimals, ok := decimal(r.text(o, "From"))
	to, _, okTo := decimal(r.text(o, "To"))
	step, more, okStep := big.NewRat(1, 1), 0, true
	if r.has(o, "Step") {
		step, more, okStep = decimal(r.text(o, "Step"))
	}
	switch {
	case !ok || !okTo:
		r.problem(key, "must have Values, or numbers From and To")
		return nil
	case !okStep || step.Sign() == 0:
		r.problem(key+".Step", "must be a plain decimal number such as 0.5, and not 0")
		return nil
	}
	var values []string
	for at := new(big.Rat).Set(from); at.Cmp(to)*step.Sign() <= 0; at.Add(at, step) {
		if len(values) == maxValues {
			r.problem(key, "has more than %d values", maxValues)
			return nil
		}
		values = append(values, at.FloatString(max(decimals, more)))
	}
	if values == nil {
		r.problem(key, "has no value: Step leads away from To")
	}
	return values
}

// maxDigits bounds a number's text.
const maxDigits = 40

// decimal reads a number and how many digits it has behind the point.
func decimal(text string) (n *big.Rat, decimals int, ok bool) {
	text = strings.TrimSpace(text)
	_, fraction, _ := strings.Cut(text, ".")
	if text == "" || len(text) > maxDigits || strings.Trim(text, "0123456789.-+") != "" {
		return nil, 0, false
	}
	n, ok = new(big.Rat).SetString(text)
	return n, len(fraction), ok
}
