package core4_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/channel"
	"github.com/heddle-dev/heddle/services/gateway/internal/messages"
)

// talking is a gateway's core4 door over HTTP, with messages in NATS.
type talking struct {
	*world
	base    string // ws://127.0.0.1:port/core4/api/v1
	closing chan struct{}
}

// talk starts one; several on the same NATS are gateways of one Heddle.
func talk(t *testing.T, nats *natstest.Server, change ...func(*core4.Deps)) *talking {
	t.Helper()
	store, err := messages.New(nats.Conn(t), messages.Limits{Count: 1000, Age: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	s := &talking{closing: make(chan struct{})}
	first := func(d *core4.Deps) { d.Messages, d.Closing = store, s.closing }
	s.world = newWorld(t, append([]func(*core4.Deps){first}, change...)...)
	s.add("listener", "pw", "api://core4.api.v1.request.standard.event")
	server := httptest.NewUnstartedServer(s.server)
	server.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		_ = c.(*net.TCPConn).SetWriteBuffer(4 << 10) // so that a slow client is slow soon
		return ctx
	}
	server.Start()
	s.base = "ws" + strings.TrimPrefix(server.URL, "http") + core4.Root
	t.Cleanup(func() {
		select {
		case <-s.closing:
		default:
			close(s.closing)
		}
		server.Close()
	})
	return s
}

// talker is one end of a websocket.
type talker struct {
	t *testing.T
	*websocket.Conn
}

// dial opens a websocket; headers are "Name: value".
func (s *talking) dial(path string, headers ...string) (*talker, int) {
	s.t.Helper()
	h := http.Header{}
	for _, one := range headers {
		name, value, _ := strings.Cut(one, ": ")
		h.Add(name, value)
	}
	narrow := &http.Client{Transport: &http.Transport{DialContext: (&net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4<<10) })
	}}).DialContext}}
	ws, res, err := websocket.Dial(s.t.Context(), s.base+path, &websocket.DialOptions{HTTPHeader: h, HTTPClient: narrow})
	if err != nil {
		if res == nil {
			s.t.Fatal(err)
		}
		return nil, res.StatusCode
	}
	ws.SetReadLimit(1 << 20)
	s.t.Cleanup(func() { _ = ws.CloseNow() })
	return &talker{s.t, ws}, res.StatusCode
}

// as opens a websocket for a user.
func (s *talking) as(user string) *talker {
	s.t.Helper()
	w, code := s.dial("/event?token=" + url.QueryEscape(s.token(user)))
	if w == nil {
		s.t.Fatalf("%s: %d", user, code)
	}
	return w
}

func (w *talker) write(text string) {
	w.t.Helper()
	if err := w.Write(w.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		w.t.Fatal(err)
	}
}

// next is the next frame.
func (w *talker) next() string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	defer cancel()
	kind, b, err := w.Read(ctx)
	if err != nil || kind != websocket.MessageText {
		w.t.Fatal(kind, err)
	}
	return string(b)
}

// ended reads to the end, which must come with a code.
func (w *talker) ended(want websocket.StatusCode) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	defer cancel()
	for {
		_, _, err := w.Read(ctx)
		var end websocket.CloseError
		switch {
		case errors.As(err, &end) && end.Code == want:
			return
		case err != nil:
			w.t.Fatalf("the end is %v, want %d", err, want)
		}
	}
}

// says sends and wants an answer, where $ID stands for any id; events that come before it are
// skipped. It returns the id.
func (w *talker) says(text, want string) string {
	w.t.Helper()
	w.write(text)
	for {
		got := w.next()
		if strings.Contains(got, `"_id"`) {
			continue
		}
		var a struct {
			ID string `json:"message_id"`
		}
		_ = json.Unmarshal([]byte(got), &a)
		if got != strings.ReplaceAll(want, "$ID", a.ID) {
			w.t.Errorf("%.200s: %s, want %s", text, got, want)
		}
		return a.ID
	}
}

// hears is the next message; what else comes is skipped.
func (w *talker) hears() (e channel.Event) {
	w.t.Helper()
	for e.ID == "" {
		if err := json.Unmarshal([]byte(w.next()), &e); err != nil {
			w.t.Fatal(err)
		}
	}
	return e
}
