package e2e

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

type apiKey struct {
	ID     string    `json:"id"`
	Secret string    `json:"secret"`
	Used   time.Time `json:"used"`
}

// TestAKeyOpensEveryDoor as its user, who makes it in person, and to read only;
// no door is open to it soon after it was revoked.
func TestAKeyOpensEveryDoor(t *testing.T) {
	t.Parallel()
	basic := "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("demouser:test123"))
	person, robot := stage.NewClient(up.URL, 8), stage.NewClient(up.URL, 8)
	var key apiKey
	do(t, person, "POST", "/api/v1/tokens", object{"name": "robot"}, &key, basic)
	bearer := "Authorization: Bearer " + key.Secret
	doors := map[string][]string{
		"native":              {"/api/v1/me", bearer},
		"native by X-API-Key": {"/api/v1/me", "X-API-Key: " + key.Secret},
		"UNICORE":             {"/DEMO-SITE/rest/core/jobs", bearer},
		"DIRAC":               {"/jobs", bearer},
		"DIRAC by parameter":  {"/jobs?access_token=" + key.Secret},
	}
	for door, request := range doors {
		if body := get(t, robot, request[0], append(request[1:], "Accept: application/json")...); door == "native" && !strings.Contains(body, "demouser") {
			t.Errorf("%s: %s", door, body)
		}
	}
	status := func(method, path, body string, headers ...string) int {
		t.Helper()
		resp, _ := raw(t, robot, method, path, strings.NewReader(body), append(headers, "Content-Type: application/json")...)
		return resp.StatusCode
	}
	if got := status("POST", "/api/v1/jobs", `{"executable":"/bin/true"}`, bearer); got != http.StatusForbidden {
		t.Errorf("a key that reads submitted: %d", got)
	}
	if got := status("POST", "/api/v1/tokens", `{"name":"more"}`, bearer); got != http.StatusForbidden {
		t.Errorf("a key made a key: %d", got)
	}
	var list struct{ Tokens []apiKey }
	do(t, person, "GET", "/api/v1/tokens", nil, &list, basic)
	if len(list.Tokens) != 1 || list.Tokens[0].ID != key.ID || list.Tokens[0].Secret != "" {
		t.Errorf("%+v", list)
	}
	do(t, person, "DELETE", "/api/v1/tokens/"+key.ID, nil, nil, basic)
	for door, request := range doors {
		for deadline := time.Now().Add(10 * time.Second); ; {
			got := status("GET", request[0], "", request[1:]...)
			if got == http.StatusUnauthorized {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: %d", door, got)
			}
			<-time.After(20 * time.Millisecond)
		}
	}
}
