package estest

import (
	"errors"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
)

// The suite's own domain: a purse. Two events exist, one of them in two
// versions, and one command may lead to both.

type purse struct {
	Cents  int
	Full   bool
	Chipin []string // who put something in, in order
}

// put is the command; the purse takes no more than a thousand cents.
type put struct {
	Who   string
	Cents int
}

type (
	wasPut struct {
		Who   string `json:"who"`
		Cents int    `json:"cents"`
	}
	wasPutV1 struct {
		Who   string `json:"who"`
		Euros int    `json:"euros"`
	}
	filled struct{}
)

func (wasPut) Type() string         { return "test.purse.put.v2" }
func (wasPutV1) Type() string       { return "test.purse.put.v1" }
func (filled) Type() string         { return "test.purse.filled.v1" }
func (e wasPutV1) Upcast() es.Typed { return wasPut{e.Who, e.Euros * 100} }

var errFull = errors.New("the purse is full")

const purseMax = 1000

func purseDomain() es.Decider[purse, put, es.Typed] {
	return es.NewDecider(decidePurse, evolvePurse, []es.Typed{wasPut{}, wasPutV1{}, filled{}})
}

func decidePurse(p purse, c put) ([]es.Typed, error) {
	switch {
	case c.Cents == 0:
		return nil, nil
	case p.Cents+c.Cents > purseMax:
		return nil, errFull
	case p.Cents+c.Cents == purseMax:
		return []es.Typed{wasPut(c), filled{}}, nil
	}
	return []es.Typed{wasPut(c)}, nil
}

func evolvePurse(p purse, e es.Typed) purse {
	switch e := e.(type) {
	case wasPut:
		p.Cents += e.Cents
		p.Chipin = append(p.Chipin[:len(p.Chipin):len(p.Chipin)], e.Who)
	case filled:
		p.Full = true
	}
	return p
}

func meta(command string) es.Meta {
	return es.Meta{Command: command, At: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC), Actor: "u1", Source: "/test", Subject: "purse/1"}
}
