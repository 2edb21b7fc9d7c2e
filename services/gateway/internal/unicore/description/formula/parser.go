package formula

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// parser reads a formula from left to right and works it out on the way. Each
// method reads what binds as strongly as its name says, or more.
type parser struct {
	rest  string
	of    Lookup
	depth int
	idle  int // > 0: in the part of a choice that does not count
}

// next is the next symbol; empty at the end.
func (p *parser) next() string {
	p.rest = strings.TrimLeft(p.rest, " \t")
	s := p.rest
	if s == "" {
		return ""
	}
	n := 1
	switch c := s[0]; {
	case letter(c):
		for n < len(s) && (letter(s[n]) || digit(s[n])) {
			n++
		}
	case digit(c) || c == '.':
		for n < len(s) && (digit(s[n]) || s[n] == '.') {
			n++
		}
	case strings.IndexByte("<>=!", c) >= 0 && n < len(s) && s[n] == '=':
		n++
	}
	return s[:n]
}

// accept takes the next symbol if it is one of these.
func (p *parser) accept(symbols ...string) (string, bool) {
	next := p.next()
	for _, s := range symbols {
		if next == s {
			p.rest = p.rest[len(s):]
			return s, true
		}
	}
	return "", false
}

func (p *parser) expect(symbol string) error {
	if _, ok := p.accept(symbol); ok {
		return nil
	}
	if p.next() == "" {
		return fmt.Errorf("a %q is missing at the end", symbol)
	}
	return fmt.Errorf("there must be a %q in place of %q", symbol, p.next())
}

// choice reads a, or a ? b : c. What is not chosen must be well formed, too,
// but may have no value.
func (p *parser) choice() (float64, error) {
	if p.depth++; p.depth > maxDepth {
		return 0, errors.New("it is too deep")
	}
	defer func() { p.depth-- }()
	v, err := p.comparison()
	if _, asked := p.accept("?"); err != nil || !asked {
		return v, err
	}
	yes, err := p.branch(v != 0)
	if err == nil {
		err = p.expect(":")
	}
	if err != nil {
		return 0, err
	}
	no, err := p.branch(v == 0)
	if v != 0 {
		return yes, err
	}
	return no, err
}

func (p *parser) branch(counts bool) (float64, error) {
	if !counts {
		p.idle++
		defer func() { p.idle-- }()
	}
	return p.choice()
}

// comparison is 1 if it holds, else 0.
func (p *parser) comparison() (float64, error) {
	a, err := p.sum()
	op, ok := p.accept("<", "<=", ">", ">=", "==", "!=")
	if err != nil || !ok {
		return a, err
	}
	b, err := p.sum()
	if map[string]bool{"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": a != b}[op] {
		return 1, err
	}
	return 0, err
}

func (p *parser) sum() (float64, error) {
	v, err := p.product()
	for err == nil {
		op, ok := p.accept("+", "-")
		if !ok {
			break
		}
		var b float64
		if b, err = p.product(); op == "-" {
			b = -b
		}
		v += b
	}
	return v, err
}

func (p *parser) product() (float64, error) {
	v, err := p.single()
	for err == nil {
		op, ok := p.accept("*", "/", "%")
		if !ok {
			break
		}
		var b float64
		if b, err = p.single(); err != nil {
			break
		}
		switch {
		case op == "*":
			v *= b
		case b == 0 && p.idle == 0:
			err = errors.New("something is divided by 0")
		case op == "/":
			v /= b
		default:
			v = math.Mod(v, b)
		}
	}
	return v, err
}

// single is a number, a variable, a call, or what stands in parentheses.
func (p *parser) single() (float64, error) {
	sign := 1.0
	for {
		op, ok := p.accept("-", "+")
		if !ok {
			break
		}
		if op == "-" {
			sign = -sign
		}
	}
	v, err := p.operand()
	return sign * v, err
}

func (p *parser) operand() (float64, error) {
	switch s := p.next(); {
	case s == "":
		return 0, errors.New("something is missing at the end")
	case s == "(":
		p.accept(s)
		v, err := p.choice()
		if err != nil {
			return 0, err
		}
		return v, p.expect(")")
	case letter(s[0]):
		p.accept(s)
		if _, call := p.accept("("); call {
			return p.call(s)
		}
		return p.variable(s)
	case digit(s[0]) || s[0] == '.':
		p.accept(s)
		return number(s)
	default:
		return 0, fmt.Errorf("%q is not expected there", s)
	}
}

func (p *parser) variable(name string) (float64, error) {
	if p.idle > 0 {
		return 0, nil
	}
	text, err := p.of(name)
	if err != nil {
		return 0, err
	}
	v, err := number(strings.TrimSpace(text))
	if err != nil {
		return 0, fmt.Errorf("the value of %s: %w", name, err)
	}
	return v, nil
}

// number reads a decimal number, which may have a sign.
func number(s string) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.Trim(s, "+-.0123456789") != "" {
		return 0, fmt.Errorf("%.40q is no number", s)
	}
	return v, nil
}

// call works out a function, whose name and parenthesis are read.
func (p *parser) call(name string) (float64, error) {
	var args []float64
	for more := true; more; _, more = p.accept(",") {
		v, err := p.choice()
		if err != nil {
			return 0, err
		}
		args = append(args, v)
	}
	if err := p.expect(")"); err != nil {
		return 0, err
	}
	v := args[0]
	switch name {
	case "min":
		for _, a := range args {
			v = min(v, a)
		}
	case "max":
		for _, a := range args {
			v = max(v, a)
		}
	case "ceil", "floor":
		if len(args) > 1 {
			return 0, fmt.Errorf("%s takes one number", name)
		}
		if v = math.Floor(v); name == "ceil" {
			v = math.Ceil(args[0])
		}
	default:
		return 0, fmt.Errorf("there is no function %s; there are min, max, ceil and floor", name)
	}
	return v, nil
}
