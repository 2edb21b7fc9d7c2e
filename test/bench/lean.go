package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/test/stage"
)

// lean is one HTTP/1.1 connection that costs next to nothing: what is to be
// measured shares the processors with whoever measures it.
type lean struct {
	conn net.Conn
	in   *bufio.Reader
	head string
	want string // status
	out  bytes.Buffer
}

// dialLean connects to the server of a client that is signed in; every
// request of the connection is a POST of JSON to the path.
func dialLean(c *stage.Client, path string) (*lean, error) {
	return openLean(c.Base, "POST "+path, "201", "Authorization: Bearer "+c.Token, "Content-Type: application/json")
}

// openLean connects to a server; every request is for the target, "POST /path",
// with these headers, and every answer must have the status.
func openLean(base, target, want string, headers ...string) (*lean, error) {
	host := strings.TrimPrefix(base, "http://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		return nil, err
	}
	head := append([]string{target + " HTTP/1.1", "Host: " + host}, headers...)
	return &lean{conn: conn, in: bufio.NewReader(conn), want: want, head: strings.Join(append(head, "Content-Length: "), "\r\n")}, nil
}

// openLines connects several times, for requests that are answered with 200.
func openLines(base, target string, headers ...string) (lines chan *lean, end func(), err error) {
	lines = make(chan *lean, tokenConnections)
	var all []*lean
	end = func() {
		for _, l := range all {
			_ = l.conn.Close()
		}
	}
	for range tokenConnections {
		l, err := openLean(base, target, "200", headers...)
		if err != nil {
			end()
			return nil, nil, err
		}
		all = append(all, l)
		lines <- l
	}
	return lines, end, nil
}

// post sends one body and reads the answer.
func (l *lean) post(body []byte) error {
	l.out.Reset()
	l.out.WriteString(l.head)
	l.out.WriteString(strconv.Itoa(len(body)))
	l.out.WriteString("\r\n\r\n")
	l.out.Write(body)
	if _, err := l.conn.Write(l.out.Bytes()); err != nil {
		return err
	}
	return l.answer()
}

func (l *lean) answer() error {
	status, length := "", -1
	for {
		line, err := l.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		text := bytes.TrimRight(line, "\r\n")
		switch {
		case status == "":
			status = string(text)
		case len(text) == 0:
			if length < 0 || !strings.HasPrefix(status, "HTTP/1.1 "+l.want) {
				return fmt.Errorf("answered %q with a body of %d bytes", status, length)
			}
			_, err := l.in.Discard(length)
			return err
		default:
			if v, ok := bytes.CutPrefix(text, []byte("Content-Length: ")); ok {
				if length, err = strconv.Atoi(string(v)); err != nil {
					return err
				}
			}
		}
	}
}
