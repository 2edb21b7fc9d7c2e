// Package mailtest is a mail server for tests.
package mailtest

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
)

// Serve speaks as much SMTP as a client needs, until the test ends, and gives
// what it was told, letter by letter. It refuses what begins with refuse.
func Serve(t *testing.T, refuse string) (address string, heard <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	out := make(chan string, 10)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serve(c, refuse, out)
		}
	}()
	return l.Addr().String(), out
}

func serve(c net.Conn, refuse string, out chan<- string) {
	defer c.Close()
	var all strings.Builder
	say := func(text string) { fmt.Fprintf(c, "%s\r\n", text) }
	say("220 mail.test")
	data := false
	for lines := bufio.NewScanner(c); lines.Scan(); {
		line := lines.Text()
		all.WriteString(line + "\n")
		switch {
		case data && line == ".":
			data = false
			say("250 taken")
			out <- all.String()
		case data:
		case refuse != "" && strings.HasPrefix(line, refuse):
			say("550 no")
			out <- all.String()
		case strings.HasPrefix(line, "EHLO"):
			say("250-mail.test")
			say("250 AUTH PLAIN")
		case line == "DATA":
			data = true
			say("354 go on")
		case line == "QUIT":
			say("221 bye")
			return
		case strings.HasPrefix(line, "AUTH"):
			say("235 fine")
		default:
			say("250 fine")
		}
	}
}
