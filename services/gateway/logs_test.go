package gateway_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/gateway"
)

// lines is a log that can be read while it is written.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Wherever a client puts a secret, no log holds it, not even the one for
// developers; nor does the answer.
func TestLogsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	nc, err := nats.Connect("nats://127.0.0.1:1", nats.RetryOnFailedConnect(true))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	log := &lines{}
	g, err := gateway.New(gateway.Config{Listen: []string{"127.0.0.1:0"}, Issuer: issuer, DataDir: t.TempDir(), Drain: time.Second},
		gateway.Deps{NATS: nc, Log: logx.New(log, "json", slog.LevelDebug)})
	if err != nil {
		t.Fatal(err)
	}
	stop := begin(t, g)
	c := newClient(t, g, "", "")
	const canary = "canary5x7q"
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("alice:"+canary))
	query := "?access_token=" + canary + "&code=" + canary + "&key=" + canary + "&token=" + canary + "&username=alice&password=" + canary + "&state=" + canary
	headers := []string{
		"X-None: x", "Authorization: Bearer " + canary, "Authorization: " + basic, "Authorization: Digest " + canary,
		"X-API-Key: hdl_" + canary, "Cookie: token=" + canary + "; heddle=" + canary, sessionHeader + ": " + canary,
	}
	var all sync.WaitGroup // of requests that wait for services which are not there
	for _, path := range []string{"/api/v1/jobs", "/api/v1/login", unicoreJobs, "/jobs", "/core4/api/v1/login",
		"/auth/token", "/auth/authorize", "/oauth2/token", "/none", "/metrics", "/v1/server/ping", "/v1/suites/s"} {
		for _, header := range headers {
			for method, body := range map[string]string{"GET": "", "POST": "client_secret=" + canary + "&refresh_token=" + canary} {
				all.Go(func() {
					a := c.send(method, path+query, body, "Content-Type: application/x-www-form-urlencoded", header)
					if strings.Contains(a.body, canary) && a.StatusCode/100 != 3 { // the protocol gives a client its own state back
						t.Errorf("%s %s, %s: the answer has it: %s", method, path, header, a.body)
					}
				})
			}
		}
	}
	all.Wait()
	stop()
	text := log.String()
	for _, form := range []string{canary, base64.StdEncoding.EncodeToString([]byte("alice:" + canary)), fmt.Sprintf("%x", canary)} {
		if i := strings.Index(text, form); i >= 0 {
			t.Errorf("the log has %s: %s", form, text[max(0, i-300):min(len(text), i+100)])
		}
	}
	if !strings.Contains(text, `"endpoint"`) {
		t.Error("the log has no requests at all")
	}
}
