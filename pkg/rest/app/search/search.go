// Package search is the language of searches in core4's listings: conditions on
// fields in the words of Python, as
//
//	tag == "app" or title == regex("role.*", "i") and not author in ["mra"]
//
// It is separate because it knows nothing of what is searched.
package search

import (
	"errors"
	"fmt"
)

// The bounds of an expression.
const (
	MaxText  = 2000 // bytes
	maxDepth = 50
	maxList  = 100
)

// ErrNone says that a text is no expression; it may be words to look for.
var ErrNone = errors.New("it is no expression")

// Record gives what is searched the value of a field: a string, a bool, an
// int, a float64, a []string, or nil where there is none.
type Record func(field string) any

// Expression is a condition on records. The zero value is none.
type Expression struct{ holds func(Record) bool }

// Match reports whether a record is what is searched for.
func (e Expression) Match(r Record) bool { return e.holds(r) }

// Parse reads an expression. What is none gives ErrNone, one that says what
// cannot be done an error that tells what.
func Parse(text string) (Expression, error) {
	if len(text) > MaxText {
		return Expression{}, fmt.Errorf("may have %d bytes", MaxText)
	}
	tokens, err := scan(text)
	if err != nil {
		return Expression{}, err
	}
	p := &parser{tokens: tokens}
	holds, err := p.or(0)
	if err == nil && p.at < len(p.tokens) {
		err = ErrNone
	}
	return Expression{holds}, err
}

// parser reads one token after the other.
type parser struct {
	tokens []token
	at     int
}

func (p *parser) next() token {
	if p.at >= len(p.tokens) {
		return token{}
	}
	p.at++
	return p.tokens[p.at-1]
}

// take reads a token if it is this word or sign.
func (p *parser) take(text string) bool {
	if p.at < len(p.tokens) && p.tokens[p.at].kind == sign && p.tokens[p.at].text == text {
		p.at++
		return true
	}
	return false
}

type condition = func(Record) bool

func (p *parser) or(depth int) (condition, error) {
	return p.chain("or", depth, p.and, func(a, b condition) condition {
		return func(r Record) bool { return a(r) || b(r) }
	})
}

func (p *parser) and(depth int) (condition, error) {
	return p.chain("and", depth, p.not, func(a, b condition) condition {
		return func(r Record) bool { return a(r) && b(r) }
	})
}

// chain reads parts with a word between.
func (p *parser) chain(word string, depth int, part func(int) (condition, error), join func(a, b condition) condition) (condition, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("may be %d deep", maxDepth)
	}
	a, err := part(depth)
	for err == nil && p.take(word) {
		var b condition
		if b, err = part(depth); err == nil {
			a = join(a, b)
		}
	}
	return a, err
}

func (p *parser) not(depth int) (condition, error) {
	odd := false
	for p.take("not") {
		odd = !odd
	}
	c, err := p.one(depth)
	if err != nil || !odd {
		return c, err
	}
	return func(r Record) bool { return !c(r) }, nil
}

// one reads a comparison, or an expression in parentheses.
func (p *parser) one(depth int) (condition, error) {
	if p.take("(") {
		c, err := p.or(depth + 1)
		if err == nil && !p.take(")") {
			err = ErrNone
		}
		return c, err
	}
	field := p.next()
	if field.kind != name {
		return nil, ErrNone
	}
	negated := p.take("not")
	op := p.next()
	if op.kind != sign || negated && op.text != "in" {
		return nil, ErrNone
	}
	v, err := p.value()
	if err != nil {
		return nil, err
	}
	test, err := comparison(op.text, v)
	if err != nil {
		return nil, err
	}
	return func(r Record) bool { return test(r(field.text)) != negated }, nil
}
