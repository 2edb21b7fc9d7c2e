package resttest

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// exchange is a request and what is said of its answer.
type exchange struct {
	method, target, body string
	header               []field
	status               int
	wantHeader           []field
	wantBody             string
}

type field struct{ name, value string }

// parse reads a conversation.
func parse(text string) ([]exchange, error) {
	var out []exchange
	var request, answer []string
	flush := func() error {
		if request == nil && answer == nil {
			return nil
		}
		e, err := newExchange(request, answer)
		out, request, answer = append(out, e), nil, nil
		return err
	}
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		mark, rest := line[:1], strings.TrimPrefix(line[1:], " ")
		switch {
		case mark == ">" && answer != nil:
			if err := flush(); err != nil {
				return nil, err
			}
			request = []string{rest}
		case mark == ">":
			request = append(request, rest)
		case mark == "<":
			answer = append(answer, rest)
		default:
			return nil, fmt.Errorf("line %d begins with neither > nor <", n+1)
		}
	}
	if err := flush(); err != nil {
		return nil, err
	}
	if out == nil {
		return nil, errors.New("there is nothing in it")
	}
	return out, nil
}

func newExchange(request, answer []string) (exchange, error) {
	if request == nil || answer == nil {
		return exchange{}, errors.New("a request has no answer, or an answer no request")
	}
	var e exchange
	first, header, body := parts(request)
	method, target, ok := strings.Cut(first, " ")
	if !ok || !strings.HasPrefix(target, "/") {
		return e, fmt.Errorf("%q is no method and path", first)
	}
	e.method, e.target, e.header, e.body = method, strings.TrimSuffix(target, " HTTP/1.1"), header, body
	status, wantHeader, wantBody := parts(answer)
	code, _, _ := strings.Cut(status, " ")
	n, err := strconv.Atoi(code)
	if err != nil || n < 100 || n > 599 {
		return e, fmt.Errorf("%q is no status", status)
	}
	e.status, e.wantHeader, e.wantBody = n, wantHeader, wantBody
	return e, nil
}

// parts are a message's first line, its headers, and what follows a blank line.
func parts(lines []string) (first string, header []field, body string) {
	for i, l := range lines[1:] {
		if l == "" {
			return lines[0], header, strings.Join(lines[i+2:], "\n")
		}
		name, value, _ := strings.Cut(l, ":")
		header = append(header, field{name, strings.TrimSpace(value)})
	}
	return lines[0], header, ""
}
