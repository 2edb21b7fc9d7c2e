// Package filter picks one value out of a JSON document by ecFlow's dotted
// path, "a.b.c[0]". It is separate because it is pure and takes hostile text:
// it knows neither HTTP nor what the documents mean.
package filter

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Max is the length of the longest path that is read, in bytes.
const Max = 4096

// Path is a path that was read; the zero Path is the whole document.
type Path []step

// step goes into a member, then into an element of it.
type step struct {
	name    string // "": the document itself
	indexed bool
	index   int
}

// null is what a path gives that leads nowhere.
var null = []byte("null")

// Parse reads a path. Empty pieces are skipped, so that "." is the whole
// document; what follows the first index of a piece is ignored, as ecFlow's
// server does. An index that is no number is an error.
func Parse(text string) (Path, error) {
	if len(text) > Max {
		return nil, fmt.Errorf("is longer than %d bytes", Max)
	}
	var path Path
	for piece := range strings.SplitSeq(text, ".") {
		if piece == "" {
			continue
		}
		s, err := parseStep(piece)
		if err != nil {
			return nil, err
		}
		path = append(path, s)
	}
	return path, nil
}

func parseStep(piece string) (step, error) {
	name, rest, opened := strings.Cut(piece, "[")
	number, _, closed := strings.Cut(rest, "]")
	if !opened || !closed {
		return step{name: piece}, nil
	}
	index, err := strconv.ParseInt(strings.TrimSpace(number), 10, 32)
	if err != nil {
		return step{}, fmt.Errorf("has an index that is no number: [%s]", number)
	}
	return step{name, true, int(index)}, nil
}

// Pick returns the addressed part of a document, as it is written there; null
// where there is none. Asking an object itself for an element is an error: the
// name of a member is missing.
func (p Path) Pick(document []byte) ([]byte, error) {
	at := document
	for _, s := range p {
		var err error
		if at, err = s.take(at); err != nil {
			return nil, err
		}
	}
	return at, nil
}

func (s step) take(at []byte) ([]byte, error) {
	if s.name != "" {
		at = member(at, s.name)
	} else if first(at) == '{' {
		return nil, fmt.Errorf("asks an object for its element [%d]; name a member", s.index)
	}
	if s.indexed {
		at = element(at, s.index)
	}
	return at, nil
}

func member(at []byte, name string) []byte {
	var members map[string]json.RawMessage
	if first(at) != '{' || json.Unmarshal(at, &members) != nil || members[name] == nil {
		return null
	}
	return members[name]
}

func element(at []byte, index int) []byte {
	var list []json.RawMessage
	if first(at) != '[' || json.Unmarshal(at, &list) != nil || index < 0 || index >= len(list) {
		return null
	}
	return list[index]
}

// first is the byte that tells the type of a value.
func first(value []byte) byte {
	if value = bytes.TrimLeft(value, " \t\r\n"); len(value) > 0 {
		return value[0]
	}
	return 0
}
