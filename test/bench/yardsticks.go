package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	publishers = 64
	yardTime   = 4 * time.Second
)

// jetstreamYardstick publishes 1 KB messages on new subjects, each with the
// expectation that its subject is new, over TCP, as the services do, to a
// server with the sync interval that Heddle uses by default.
func jetstreamYardstick(ctx context.Context, dir string) (perSecond float64, err error) {
	srv, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: dir,
		NoSigs: true, NoLog: true, SyncInterval: 250 * time.Millisecond,
	})
	if err != nil {
		return 0, err
	}
	go srv.Start()
	defer func() { srv.Shutdown(); srv.WaitForShutdown() }()
	if !srv.ReadyForConnections(10 * time.Second) {
		return 0, fmt.Errorf("the server does not start")
	}
	nc, err := nats.Connect(srv.ClientURL())
	if err != nil {
		return 0, err
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return 0, err
	}
	if _, err := js.CreateStream(ctx, jetstream.StreamConfig{Name: "Y", Subjects: []string{"y.>"}, AllowDirect: true}); err != nil {
		return 0, err
	}
	body := make([]byte, 1024)
	return throughput(yardTime, publishers, func(n int64) error {
		_, err := js.Publish(ctx, fmt.Sprintf("y.%d", n), body, jetstream.WithExpectLastSequencePerSubject(0))
		return err
	})
}

// forkYardstick starts and waits for /bin/true.
func forkYardstick(ctx context.Context) (perSecond float64, err error) {
	return throughput(yardTime, 2, func(int64) error {
		return exec.CommandContext(ctx, "/bin/true").Run()
	})
}

// signYardstick signs 1 KB with Ed25519, which is what an access token costs
// at least.
func signYardstick() (perSecond float64, err error) {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return 0, err
	}
	body := make([]byte, 1024)
	return throughput(yardTime, tokenConnections, func(int64) error {
		ed25519.Sign(key, body)
		return nil
	})
}

// tokenForm is what a program asks for a token with.
func tokenForm(client, secret string) []byte {
	return []byte(url.Values{"grant_type": {"client_credentials"}, "client_id": {client}, "client_secret": {secret}, "scope": {"api"}}.Encode())
}

// answering is a server that does nothing but sign an access token for each
// POST of a form: what such an answer costs at least over HTTP.
func answering() (c contender, end func(), err error) {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return c, nil, err
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(object{"access_token": signed(key, r.PostFormValue("client_id")), "token_type": "Bearer", "expires_in": 3600})
	}))
	lines, hangUp, err := openTokenLines(server.URL, "/")
	if err != nil {
		server.Close()
		return c, nil, err
	}
	return overLines(lines, tokenForm("bench", "a secret that is as long as ours are, which is 43")), func() { hangUp(); server.Close() }, nil
}

// signed is a JWT with the claims that ours have.
func signed(key ed25519.PrivateKey, client string) string {
	now := time.Now().Unix()
	claims, _ := json.Marshal(object{"iss": "http://127.0.0.1:8080", "sub": "0f3k2m9qxya", "aud": []string{"heddle"}, "exp": now + 3600, "iat": now, "nbf": now,
		"jti": rand.Text(), "client_id": client, "scope": "api", "preferred_username": "demouser", "group": "users", "groups": []string{"users"}, "pos": 1}) // it never fails
	head := encode([]byte(`{"alg":"EdDSA","kid":"e1dc873d753d9e8a9878bce7b897488f","typ":"at+jwt"}`))
	text := head + "." + encode(claims)
	return text + "." + encode(ed25519.Sign(key, []byte(text)))
}

// throughput runs do from workers goroutines for about d and counts.
func throughput(d time.Duration, workers int, do func(n int64) error) (float64, error) {
	var count atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	start := time.Now()
	for range workers {
		wg.Go(func() {
			for time.Since(start) < d && failed.Load() == nil {
				if err := do(count.Add(1)); err != nil {
					failed.Store(&err)
				}
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(count.Load()) / time.Since(start).Seconds(), nil
}
