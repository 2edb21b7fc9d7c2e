package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

const (
	tokenConnections = 16

	// signers sign in at once, from several addresses, as people do.
	signers   = 200
	addresses = 8
	// bystanders ask for something else meanwhile.
	bystanders = 2
	// loginMemory is what a burst of logins may cost: a few passwords are
	// hashed at a time, with 19 MiB each.
	loginMemory = 200.0
)

// signIns measures what the authorization server does.
func signIns(ctx context.Context, r *report, h *stage.Heddle) error {
	admin := stage.NewClient(h.URL, bystanders)
	if err := admin.Login(ctx, "admin", "hans"); err != nil {
		return err
	}
	if err := measureExchange(ctx, r, admin); err != nil {
		return fmt.Errorf("client credentials: %w", err)
	}
	b, err := burst(ctx, admin, h)
	if err != nil {
		return fmt.Errorf("logins: %w", err)
	}
	r.figure(figure{Name: fmt.Sprintf("%d logins at once, let in", signers), Value: b.letIn, Unit: ""})
	r.figure(figure{Name: fmt.Sprintf("%d logins at once, more memory", signers), Value: b.memory, Unit: "MB", Target: loginMemory, Below: true})
	r.figure(figure{Name: fmt.Sprintf("%d logins at once, others' p50", signers), Value: b.slower, Unit: "× without", Target: 2, Below: true})
	return nil
}

// measureExchange sets tokens for client credentials beside those that are
// signed by a server that does nothing else.
func measureExchange(ctx context.Context, r *report, admin *stage.Client) error {
	yard, end, err := answering()
	if err != nil {
		return err
	}
	defer end()
	ours, hangUp, err := clientCredentials(ctx, admin)
	if err != nil {
		return err
	}
	defer hangUp()
	rates, err := inTurns(ctx, yard, ours)
	if err != nil {
		return err
	}
	r.yardstick("signing", "tokens signed by an HTTP server that does nothing else, 16 connections", rates[0], "1/s")
	r.ratio("tokens for client credentials, 16 connections", rates[1], "signing", 0.5)
	r.ratio("the same beside the bare signature", rates[1], "signature", 0)
	return nil
}

// clientCredentials registers an application that proves itself by a secret,
// and that asks for tokens.
func clientCredentials(ctx context.Context, admin *stage.Client) (c contender, end func(), err error) {
	var client struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	if _, err := admin.Do(ctx, "POST", "/api/v1/admin/clients", object{"client_id": "bench", "client_name": "Bench",
		"token_endpoint_auth_method": "client_secret_post", "grant_types": []string{"client_credentials"}, "run_as": "demouser"}, &client); err != nil {
		return c, nil, err
	}
	lines, end, err := openTokenLines(admin.Base, "/auth/token")
	return overLines(lines, tokenForm(client.ID, client.Secret)), end, err
}

// openTokenLines connects to a token endpoint, several times.
func openTokenLines(base, path string) (lines chan *lean, end func(), err error) {
	return openLines(base, "POST "+path, "Content-Type: application/x-www-form-urlencoded")
}

// burstFigures are what a burst of logins costs.
type burstFigures struct{ letIn, memory, slower float64 }

// burst lets people sign in at once, each for the first time and with the
// right password, and watches the memory and those who are signed in.
func burst(ctx context.Context, admin *stage.Client, h *stage.Heddle) (b burstFigures, err error) {
	name := func(i int) string { return fmt.Sprint("signer", i) }
	if err := parallel(4, signers, func(i int) error {
		_, err := admin.Do(ctx, "POST", "/api/v1/admin/users", object{"name": name(i), "password": name(i)}, nil)
		return err
	}); err != nil {
		return b, err
	}
	quiet, _, err := latencies(ctx, admin, after(2*time.Second))
	if err != nil {
		return b, err
	}
	before, err := resident(h)
	if err != nil {
		return b, err
	}
	people := make([]*stage.Client, addresses)
	for i := range people {
		people[i] = from(admin.Base, fmt.Sprint("127.0.0.", i+2))
	}
	over, letIn := make(chan struct{}), atomic.Int64{}
	var failed error
	go func() {
		defer close(over)
		failed = parallel(signers, signers, func(i int) error {
			person := *people[i%addresses] // a copy: each has a token of their own
			err := person.Login(ctx, name(i), name(i))
			if err == nil {
				letIn.Add(1)
			}
			return unlessBusy(err)
		})
	}()
	busy, peak, err := latencies(ctx, admin, over, func() (float64, error) { return resident(h) })
	<-over
	return burstFigures{float64(letIn.Load()), peak - before, busy / quiet}, errors.Join(err, failed)
}

// unlessBusy lets the answer pass that says to come back later.
func unlessBusy(err error) error {
	var s *stage.StatusError
	if errors.As(err, &s) && (s.Status == http.StatusTooManyRequests || s.Status == http.StatusServiceUnavailable) && s.Header.Get("Retry-After") != "" {
		return nil
	}
	return err
}

// from is a client with an address of its own.
func from(base, address string) *stage.Client {
	c := stage.NewClient(base, signers)
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	c.HTTP.Transport.(*http.Transport).DialContext = d.DialContext
	return c
}

func after(d time.Duration) <-chan struct{} {
	c := make(chan struct{})
	time.AfterFunc(d, func() { close(c) })
	return c
}

// latencies asks for something simple again and again until over is closed.
// It gives the median in ms, and the greatest of what is watched meanwhile.
func latencies(ctx context.Context, c *stage.Client, over <-chan struct{}, watch ...func() (float64, error)) (p50, greatest float64, err error) {
	var mu sync.Mutex
	var took []float64
	err = parallel(bystanders, bystanders, func(int) error {
		for {
			start := time.Now()
			if _, err := c.Do(ctx, "GET", "/api/v1/sites", nil, nil); err != nil {
				return err
			}
			ms, seen := float64(time.Since(start).Microseconds())/1000, 0.0
			for _, look := range watch {
				if seen, err = look(); err != nil {
					return err
				}
			}
			mu.Lock()
			took, greatest = append(took, ms), max(greatest, seen)
			mu.Unlock()
			select {
			case <-over:
				return nil
			default:
			}
		}
	})
	return quantile(took, 0.5), greatest, err
}
