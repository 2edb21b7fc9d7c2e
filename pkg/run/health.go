package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// Check is one condition of being ready.
type Check struct {
	Name string
	Err  func() error // nil: all is well; must not wait
}

// Health serves /livez (the process answers), /readyz (every check passes;
// else 503 with the reasons) and /metrics.
func Health(metrics http.Handler, checks ...Check) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "alive")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		answerReady(w, checks)
	})
	mux.Handle("GET /metrics", metrics)
	return mux
}

func answerReady(w http.ResponseWriter, checks []Check) {
	var answer struct {
		Ready   bool     `json:"ready"`
		Reasons []string `json:"reasons,omitempty"`
	}
	for _, c := range checks {
		if err := c.Err(); err != nil {
			answer.Reasons = append(answer.Reasons, c.Name+": "+err.Error())
		}
	}
	answer.Ready = len(answer.Reasons) == 0
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !answer.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(answer) // the asker may be gone
}

// CheckReady passes once the channel is closed.
func CheckReady(name string, ready <-chan struct{}) Check {
	return Check{name, func() error {
		select {
		case <-ready:
			return nil
		default:
			return errors.New("is starting")
		}
	}}
}

// serveHTTP is an actor that serves until its context ends.
func serveHTTP(l net.Listener, h http.Handler) func(context.Context) error {
	return func(ctx context.Context) error {
		srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second,
			IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10}
		stop := context.AfterFunc(ctx, func() { _ = srv.Close() }) // nobody loses by a cut probe
		defer stop()
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	}
}

// probe asks the program that listens at the address whether it is ready.
// Images hold nothing but the program, so it has to ask itself.
func probe(ctx context.Context, listen string) error {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("health-listen: %w", err)
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		var answer struct{ Reasons []string }
		_ = json.NewDecoder(res.Body).Decode(&answer) // the status says enough
		return fmt.Errorf("not ready: %s %q", res.Status, answer.Reasons)
	}
	return nil
}
