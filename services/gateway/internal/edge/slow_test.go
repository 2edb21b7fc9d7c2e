package edge

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/who"
)

// The deadlines are tested on connections in memory, in bubbles whose clock
// moves only when everybody waits.

type noTLS struct{}

func (noTLS) TLS() *tls.Config { return &tls.Config{} }

// slow plays a client of a server with a minute for a header and a second
// for a stall.
func slow(t *testing.T, h http.HandlerFunc, play func(t *testing.T, c net.Conn)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, err := prepare(Config{
			Handler: h, TLS: noTLS{}, Limits: Limits{HeaderTimeout: time.Minute, StallTimeout: time.Second}, Log: logx.Discard(),
			Refuse: func(w http.ResponseWriter, _ *http.Request, f *fault.Error) { w.WriteHeader(f.Status) },
			Bind:   endIn5s,
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		client, server := net.Pipe()
		s.port.admit(server)
		play(t, client)
		_ = client.Close()
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

var errRevoked = fault.New(fault.Unauthenticated, "credentials.revoked", "x")

// endIn5s revokes every credential five seconds after it was shown.
func endIn5s(_ who.Facts, end context.CancelCauseFunc) func() {
	timer := time.AfterFunc(5*time.Second, func() { end(errRevoked) })
	return func() { timer.Stop() }
}

func TestAnUploadEndsWithItsCredential(t *testing.T) {
	var took time.Duration
	var failed, reason error
	slow(t, func(_ http.ResponseWriter, r *http.Request) {
		Note(r.Context(), Proven{Facts: who.Facts{User: "u1"}})
		begin := time.Now()
		_, failed = io.Copy(io.Discard, r.Body)
		took, reason = time.Since(begin), context.Cause(r.Context())
	}, func(t *testing.T, c net.Conn) {
		fmt.Fprint(c, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
		for err := error(nil); err == nil; _, err = io.WriteString(c, "x") {
			time.Sleep(300 * time.Millisecond)
		}
		if failed == nil || took != 5*time.Second || reason != errRevoked {
			t.Errorf("the body ended after %v with %v: %v", took, failed, reason)
		}
	})
}

// Whoever only reads the body is not cut off by the end of their own request.
func TestTheEndOfARequestCutsNothing(t *testing.T) {
	slow(t, func(w http.ResponseWriter, r *http.Request) {
		Note(r.Context(), Proven{Facts: who.Facts{User: "u1"}})
		_, _ = io.Copy(w, r.Body)
	}, func(t *testing.T, c net.Conn) {
		in := bufio.NewReader(c)
		for range 3 {
			fmt.Fprint(c, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi")
			resp, err := http.ReadResponse(in, nil)
			if err != nil {
				t.Fatal(err)
			}
			if body, err := io.ReadAll(resp.Body); string(body) != "hi" || err != nil {
				t.Errorf("%s, %v", body, err)
			}
			time.Sleep(10 * time.Second)
		}
	})
}

// Nor is a body that nobody has read when the request ends.
func TestTheEndOfARequestCutsNothingUnread(t *testing.T) {
	slow(t, func(_ http.ResponseWriter, r *http.Request) {
		Note(r.Context(), Proven{Facts: who.Facts{User: "u1"}})
	}, func(t *testing.T, c net.Conn) {
		in := bufio.NewReader(c)
		for range 3 {
			fmt.Fprint(c, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n")
			time.Sleep(300 * time.Millisecond)
			fmt.Fprint(c, "hi")
			resp, err := http.ReadResponse(in, nil)
			if err != nil {
				t.Fatal(err)
			}
			if resp.Close {
				t.Fatal("the connection is closed after it")
			}
		}
	})
}

func TestSilentClientsArePutOut(t *testing.T) {
	for name, sent := range map[string]string{"nothing": "", "half a header": "GET / HTTP/1.1\r\nHost:", "half a handshake": "\x16\x03"} {
		t.Run(name, func(t *testing.T) {
			slow(t, nil, func(t *testing.T, c net.Conn) {
				begin := time.Now()
				_, _ = io.WriteString(c, sent)
				_, _ = io.Copy(io.Discard, c)
				if d := time.Since(begin); d < time.Minute || d > 2*time.Minute {
					t.Errorf("put out after %v", d)
				}
			})
		})
	}
}

func TestStandingStillEndsARequestBody(t *testing.T) {
	var took time.Duration
	var failed error
	slow(t, func(_ http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		_, failed = io.Copy(io.Discard, r.Body)
		took = time.Since(begin)
	}, func(t *testing.T, c net.Conn) {
		fmt.Fprint(c, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nten bytes.")
		_, _ = io.Copy(io.Discard, c)
		if failed == nil || took != time.Second {
			t.Errorf("90 bytes never came and the body ended after %v with %v", took, failed)
		}
	})
}

func TestStandingStillEndsABodyThatNobodyReads(t *testing.T) {
	for name, size := range map[string]int{"a small answer": 1, "a large answer": 1 << 20} {
		t.Run(name, func(t *testing.T) {
			slow(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, size)) }, func(t *testing.T, c net.Conn) {
				fmt.Fprint(c, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nten bytes.")
				begin := time.Now()
				answer, _ := io.ReadAll(c)
				if d := time.Since(begin); d > 2*time.Second || !strings.HasPrefix(string(answer), "HTTP/1.1 200 ") {
					t.Errorf("after %v: %.100q", d, answer)
				}
			})
		})
	}
}

func TestStandingStillEndsAnAnswer(t *testing.T) {
	var took time.Duration
	slow(t, func(w http.ResponseWriter, _ *http.Request) {
		begin := time.Now()
		for block := make([]byte, 1<<20); ; {
			if _, err := w.Write(block); err != nil {
				took = time.Since(begin)
				return
			}
		}
	}, func(t *testing.T, c net.Conn) {
		fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		time.Sleep(time.Minute)
		synctest.Wait()
		if took != time.Second {
			t.Errorf("a client that does not read holds its answer for %v", took)
		}
	})
}

// A long body and a long answer are fine as long as they move, and the
// deadline of the body does not end the wait for the answer.
func TestMovingSlowlyIsFine(t *testing.T) {
	slow(t, func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		select {
		case <-r.Context().Done():
			err = r.Context().Err()
		case <-time.After(2 * time.Minute):
		}
		fmt.Fprintf(w, "%s %v", b, err)
	}, func(t *testing.T, c net.Conn) {
		fmt.Fprint(c, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\n")
		for _, b := range "hello" {
			time.Sleep(900 * time.Millisecond)
			fmt.Fprintf(c, "%c", b)
		}
		answer, _ := io.ReadAll(c)
		if !strings.HasSuffix(string(answer), "hello <nil>") {
			t.Errorf("%s", answer)
		}
	})
}

// Who is refused in the middle of a request may still be sending it, slowly;
// but not for ever.
func TestARefusedRequestIsHeardOut(t *testing.T) {
	slow(t, nil, func(t *testing.T, c net.Conn) {
		answer := make(chan string, 1)
		go func() {
			b, _ := io.ReadAll(c)
			answer <- string(b)
		}()
		fmt.Fprint(c, "no HTTP at all\r\n\r\n")
		begin := time.Now()
		for {
			if _, err := c.Write([]byte("more")); err != nil {
				break
			}
			time.Sleep(400 * time.Millisecond)
		}
		if d := time.Since(begin); d < time.Second || d > 2*time.Second {
			t.Errorf("heard out for %v", d)
		}
		if got := <-answer; !strings.HasPrefix(got, "HTTP/1.1 400 ") {
			t.Errorf("%q", got)
		}
	})
}
