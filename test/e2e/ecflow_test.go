package e2e

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

// An operator makes a list of tokens, starts Heddle with it, and a program
// comes in at ecFlow's door by each of the three ways, as with curl. Nobody
// else does; whoever reads needs nothing. There is no engine of suites yet,
// which is what those hear who come in.
//
// covers: E3-015 E3-038 E3-041 E3-042 E3-044 E3-045 E3-056 E3-057 E3-062 E3-100
func TestEcflowTokens(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "api-tokens.json")
	token := listed(t, file)
	h, err := stage.Up(binary, filepath.Join(dir, "data"), "ECF_RESTAPI_TOKEN_FILE="+file, "HEDDLE_ECFLOW_PLAIN_HTTP=never")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Kill)
	secure, plain := stage.NewClient(h.TLS, 4), stage.NewClient(h.URL, 4)
	ask := func(c *stage.Client, method, path, body string, status int, message string, headers ...string) {
		t.Helper()
		resp, text := raw(t, c, method, path, strings.NewReader(body), headers...)
		var e struct {
			Code    int
			Message string
		}
		if err := json.Unmarshal([]byte(text), &e); err != nil || resp.StatusCode != status || e.Code != status || !strings.HasPrefix(e.Message, message) {
			t.Errorf("%s %s: %d %s; want %d %q", method, strings.ReplaceAll(path, token, "TOKEN"), resp.StatusCode, text, status, message)
		}
	}
	const suite, in = `{"definition":"suite s\nendsuite"}`, "Failed to connect to "
	for _, way := range []struct{ path, header string }{
		{"/v1/suites", "authorization: Bearer " + token}, {"/v1/suites", "x-api-key: " + token}, {"/v1/suites?key=" + token, "Accept: */*"},
	} {
		ask(secure, "POST", way.path, suite, 502, in, way.header)
		ask(plain, "POST", way.path, suite, 403, "SSL is required", way.header)
		ask(plain, "GET", way.path, "", 502, in, way.header)
		wrong := strings.NewReplacer(token, token+"x")
		ask(secure, "POST", wrong.Replace(way.path), suite, 401, "Unauthorized", wrong.Replace(way.header))
	}
	ask(secure, "POST", "/v1/suites", suite, 401, "Unauthorized")
	ask(plain, "PUT", "/v1/suites/s/t/status", `{"ECF_NAME":"/s/t","action":"init"}`, 502, in)
	var counts struct {
		Requests int `json:"num_requests"`
		Errors   int `json:"num_errors"`
	}
	do(t, plain, "GET", "/v1/statistics", nil, &counts)
	if counts.Requests != 15 || counts.Errors != 14 {
		t.Errorf("%+v", counts)
	}
	later := listed(t, file)
	ask(secure, "POST", "/v1/suites", suite, 401, "Unauthorized", "X-API-Key: "+later)
	comesIn(t, secure, later)
	if log := h.Output(); strings.Contains(log, token) || strings.Contains(log, later) {
		t.Error("a token is in the log")
	}
}

// listed puts a new token on the list.
func listed(t *testing.T, file string) (token string) {
	t.Helper()
	said, err := exec.Command(binary, "ecflow", "token", "my app", "--ttl", "1h", "--add-to", file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	words := strings.Fields(string(said))
	return words[len(words)-1]
}

// comesIn asks every half second: the list is looked at every 20 seconds.
func comesIn(t *testing.T, c *stage.Client, token string) {
	t.Helper()
	again := time.NewTicker(500 * time.Millisecond)
	defer again.Stop()
	for deadline := time.Now().Add(30 * time.Second); ; <-again.C {
		resp, _ := raw(t, c, "DELETE", "/v1/suites/s?key="+token, nil)
		if resp.StatusCode == 502 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("30 s after it was put on the list the token is refused: %d", resp.StatusCode)
		}
	}
}
