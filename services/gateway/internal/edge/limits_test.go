package edge_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

func ok(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }

// TestSilentClientsHoldNobodyUp: whoever waited for one of them would wait
// for an hour.
func TestSilentClientsHoldNobodyUp(t *testing.T) {
	t.Parallel()
	s := run(t, edge.Limits{HeaderTimeout: time.Hour}, ok)
	for i := range 60 {
		c := s.dial(t)
		switch i % 3 { // nothing; half a header; half a TLS handshake
		case 1:
			_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost:")
		case 2:
			_, _ = c.Write([]byte{0x16, 0x03})
		}
	}
	for _, scheme := range []string{"http://", "https://"} {
		if status, _ := get(t, s.client(t, false), scheme+s.addr); status != 200 {
			t.Errorf("%s: %d", scheme, status)
		}
	}
}

func TestTooManyConnectionsAreTurnedAway(t *testing.T) {
	t.Parallel()
	s := run(t, edge.Limits{Connections: 3}, ok)
	held := make([]net.Conn, 3)
	for i := range held {
		held[i] = s.dial(t)
		if status := speak(t, held[i], "GET / HTTP/1.1\r\nHost: x\r\n\r\n").StatusCode; status != 200 {
			t.Fatal(status)
		}
	}
	resp := speak(t, s.dial(t), "")
	if resp.StatusCode != 503 || resp.Header.Get("Retry-After") == "" {
		t.Errorf("one too many: %d %v", resp.StatusCode, resp.Header)
	}
	_ = held[0].Close()
	for { // the slot is given back a moment later
		c := s.dial(t)
		if resp := trySpeak(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); resp != nil && resp.StatusCode == 200 {
			return
		}
		_ = c.Close()
	}
}

func speak(t *testing.T, c net.Conn, text string) *http.Response {
	t.Helper()
	resp := trySpeak(c, text)
	if resp == nil {
		t.Fatal("no answer")
	}
	return resp
}

func trySpeak(c net.Conn, text string) *http.Response {
	if _, err := io.WriteString(c, text); err != nil {
		return nil
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return nil
	}
	b, _ := io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(strings.NewReader(string(b)))
	return resp
}

func TestUnreadableRequestsGetTheFormOfTheirDoor(t *testing.T) {
	t.Parallel()
	s := run(t, edge.Limits{}, ok)
	huge := strings.Repeat("x", 10<<20)
	for name, c := range map[string]struct {
		request string
		status  int
		body    string
	}{
		"10 MB header": {"GET /a/b?token=secret HTTP/1.1\r\nHost: x\r\nX-Large: " + huge + "\r\n\r\n", 431, "/a/b request.header_too_large"},
		"10 MB path":   {"GET /" + huge + " HTTP/1.1\r\nHost: x\r\n\r\n", 431, "request.header_too_large"},
		"no host":      {"GET /a HTTP/1.1\r\n\r\n", 400, "/a request.malformed"},
		"bad header":   {"GET /a HTTP/1.1\r\nHost: x\r\nX y: z\r\n\r\n", 400, "/a request.malformed"},
		"no HTTP":      {"hello\r\n\r\n", 400, "/ request.malformed"},
		"HTTP/3.0":     {"GET /a HTTP/3.0\r\nHost: x\r\n\r\n", 505, "/a request.version"},
		"odd encoding": {"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: lzma\r\n\r\n", 501, "/a request.transfer_encoding"},
	} {
		for _, secure := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s tls=%v", name, secure), func(t *testing.T) {
				t.Parallel()
				conn := s.dial(t)
				if secure {
					conn = tls.Client(conn, &tls.Config{RootCAs: s.roots, ServerName: "localhost"})
				}
				resp := speak(t, conn, c.request)
				b, _ := io.ReadAll(resp.Body)
				if resp.StatusCode != c.status || !strings.HasSuffix(string(b), c.body) {
					t.Errorf("%d %s, want %d %s", resp.StatusCode, b, c.status, c.body)
				}
			})
		}
	}
}

// What a handler writes is its own affair, also if it looks like a refusal.
func TestAnswersAreNotMistakenForRefusals(t *testing.T) {
	t.Parallel()
	text := "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request"
	s := run(t, edge.Limits{}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(text)))
		_ = http.NewResponseController(w).Flush()
		_, _ = io.WriteString(w, text)
	})
	client := s.client(t, false)
	for range 2 {
		if _, got := get(t, client, "http://"+s.addr); got != text {
			t.Errorf("%q", got)
		}
	}
}
