package app_test

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// Whoever takes the connection over answers: nothing is sent after them, and
// the log has the status that they sent.
func TestTakenOverConnection(t *testing.T) {
	t.Parallel()
	var lines, complaints strings.Builder
	done := make(chan bool)
	inner := serve(t, logging(&lines), app.Container{Name: "p.C", Root: "/c", Title: "c", Rules: []app.Rule{{Pattern: "/x", Handler: &app.Handler{
		Qual: "p.X", Title: "x", Author: "a", Public: true, Methods: app.Methods{"GET": func(c *app.Call) (any, error) {
			w := c.Writer()
			w.WriteHeader(http.StatusSwitchingProtocols)
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return nil, err
			}
			defer conn.Close()
			_, err = io.WriteString(conn, "ours")
			return nil, err
		}}}}}})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(done)
		inner.ServeHTTP(w, r)
	}))
	server.Config.ErrorLog = log.New(&complaints, "", 0)
	server.Start()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "GET /c/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(conn)
	if text := string(got); err != nil || !strings.HasPrefix(text, "HTTP/1.1 101 ") || !strings.HasSuffix(text, "\r\n\r\nours") {
		t.Errorf("%q %v", got, err)
	}
	<-done
	server.Close()
	if complaints.Len() > 0 || !strings.Contains(lines.String(), "status=101") {
		t.Errorf("%s %s", complaints.String(), lines.String())
	}
}
