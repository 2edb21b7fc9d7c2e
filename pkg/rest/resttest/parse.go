package resttest

import (
	"errors"
	"fmt"
	"net/http"
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

	frames         bool // of a websocket that was opened before
	sent, expected []string
}

// streams reports whether the answer may go on for ever.
func (e exchange) streams() bool {
	for _, h := range e.wantHeader {
		if strings.EqualFold(h.name, "Content-Type") && strings.HasPrefix(h.value, "text/event-stream") {
			return true
		}
	}
	return false
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
		open := len(out) > 0 && (out[len(out)-1].frames || out[len(out)-1].status == http.StatusSwitchingProtocols)
		e, err := newExchange(request, answer, open)
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

// newExchange reads one. open says that there is a websocket: then lines that
// begin no request are frames.
func newExchange(request, answer []string, open bool) (exchange, error) {
	if open && (request == nil || !begins(request[0])) {
		return exchange{frames: true, sent: request, expected: answer}, nil
	}
	if request == nil || answer == nil {
		return exchange{}, errors.New("a request has no answer, or an answer no request")
	}
	var e exchange
	first, header, body := parts(request)
	if !begins(first) {
		return e, fmt.Errorf("%q is no method and path", first)
	}
	method, target, _ := strings.Cut(first, " ")
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

// begins reports whether a line begins a request.
func begins(line string) bool {
	_, target, ok := strings.Cut(line, " ")
	return ok && strings.HasPrefix(target, "/")
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
