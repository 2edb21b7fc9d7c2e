package estest

import (
	"encoding/json"
	"errors"
	"fmt"
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

type wasPut struct {
	Who   string `json:"who"`
	Cents int    `json:"cents"` // in version 1: "euros"
}

type filled struct{}

var errFull = errors.New("the purse is full")

const purseMax = 1000

func purseDomain() es.Decider[purse, put, any] {
	return es.Decider[purse, put, any]{
		Decide: func(p purse, c put) ([]any, error) {
			switch {
			case c.Cents == 0:
				return nil, nil
			case p.Cents+c.Cents > purseMax:
				return nil, errFull
			case p.Cents+c.Cents == purseMax:
				return []any{wasPut(c), filled{}}, nil
			}
			return []any{wasPut(c)}, nil
		},
		Evolve: func(p purse, e any) purse {
			switch e := e.(type) {
			case wasPut:
				p.Cents += e.Cents
				p.Chipin = append(p.Chipin[:len(p.Chipin):len(p.Chipin)], e.Who)
			case filled:
				p.Full = true
			}
			return p
		},
		Codec: es.Codec[any]{Encode: encodePurse, Decode: decodePurse},
	}
}

func encodePurse(e any) (string, any) {
	switch e.(type) {
	case wasPut:
		return "test.purse.put.v2", e
	case filled:
		return "test.purse.filled.v1", e
	}
	panic(fmt.Sprintf("no event: %T", e))
}

func decodePurse(typ string, data json.RawMessage) (any, bool, error) {
	switch typ {
	case "test.purse.put.v1": // counted euros
		var v1 struct {
			Who   string `json:"who"`
			Euros int    `json:"euros"`
		}
		err := json.Unmarshal(data, &v1)
		return wasPut{v1.Who, v1.Euros * 100}, true, err
	case "test.purse.put.v2":
		var e wasPut
		err := json.Unmarshal(data, &e)
		return e, true, err
	case "test.purse.filled.v1":
		return filled{}, true, nil
	}
	return nil, false, nil
}

func meta(command string) es.Meta {
	return es.Meta{Command: command, At: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC), Actor: "u1", Source: "/test", Subject: "purse/1"}
}
