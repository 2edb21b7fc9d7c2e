package redistest_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/redistest"
)

// ask sends one command and returns the answer's first value.
func ask(t *testing.T, addr, command string) string {
	t.Helper()
	answer, err := try(addr, command)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func try(addr, command string) (string, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	words := strings.Fields(command) // RESP: an array of bulk strings
	fmt.Fprintf(conn, "*%d\r\n", len(words))
	for _, w := range words {
		fmt.Fprintf(conn, "$%d\r\n%s\r\n", len(w), w)
	}
	r := bufio.NewReader(conn)
	line, err := r.ReadString('\n')
	if err == nil && strings.HasPrefix(line, "$") && line != none+"\r\n" {
		line, err = r.ReadString('\n')
	}
	return strings.TrimSpace(line), err
}

const none = "$-1"

func TestKeysExpire(t *testing.T) {
	t.Parallel()
	addr, c := redistest.Start(t)
	if got := ask(t, addr, "SET k v EX 7200"); got != "+OK" {
		t.Fatal(got)
	}
	c.Pass(time.Hour)
	if got := ask(t, addr, "GET k"); got != "v" {
		t.Fatalf("before its end: %s", got)
	}
	c.Pass(time.Hour)
	if got := ask(t, addr, "GET k"); got != none {
		t.Fatalf("after its end: %s", got)
	}
}

func TestOutageAndRestart(t *testing.T) {
	t.Parallel()
	addr, c := redistest.Start(t)
	ask(t, addr, "SET k v")
	c.Stop()
	if got, err := try(addr, "GET k"); err == nil {
		t.Fatalf("a stopped server answers %s", got)
	}
	c.Resume()
	if got := ask(t, addr, "GET k"); got != "v" {
		t.Fatalf("after an outage: %s", got)
	}
	c.Restart()
	if got := ask(t, addr, "GET k"); got != none {
		t.Fatalf("after a restart: %s", got)
	}
}
