package canary

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tokensFile is ecFlow's list with one token, which reaches the command by its
// standard input.
func tokensFile(t *testing.T, binary, dir, token string) string {
	t.Helper()
	c := exec.Command(binary, "ecflow", "token", "canary app", "-")
	c.Stdin = strings.NewReader(token + "\n")
	list, err := c.Output()
	path := filepath.Join(dir, "api-tokens.json")
	if err == nil {
		err = os.WriteFile(path, list, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// suites: every place for a credential at ecFlow's door, with what opens it and
// with what does not. There is no engine behind it: who may come in gets 502.
func (h *house) suites(token string) {
	const path, body = "/v1/suites", `{"definition":"suite s"}`
	h.fresh()
	for status, value := range map[int]func(string) string{
		502: func(string) string { return token },
		401: func(place string) string { return h.mark("wrong " + place + " at ecFlow's door") },
	} {
		for _, method := range []string{"POST", "GET"} {
			if method == "GET" {
				status = 502 // nobody is asked
			}
			h.want(status, method, path, body, "Authorization: Bearer "+value("bearer"))
			h.want(status, method, path, body, "X-API-Key: "+value("X-API-Key"))
			h.want(status, method, path+"?filter=a.b&key="+url.QueryEscape(value("key")), body)
		}
	}
	h.want(401, "POST", path, body, basic("admin", h.mark("wrong Basic at ecFlow's door")))
	h.want(401, "POST", path, body, "Authorization: Basic "+h.mark("broken Basic at ecFlow's door"))
	h.want(401, "POST", path, body, "Authorization: "+h.mark("scheme at ecFlow's door"))
	h.want(401, "POST", path, body, "X-API-Key: hdl_"+h.mark("API key at ecFlow's door"))
	for _, line := range []string{"POST /v1/statistics", "PATCH /v1/suites", "GET /v1/nothing", "GET /v1/suites/a-b/tree", "DELETE /v1/suites//status", "POST /v2/suites"} {
		method, path, _ := strings.Cut(line, " ")
		h.send(method, path+"?key="+url.QueryEscape(h.mark("key of "+line)), body,
			"Referer: "+h.URL+"/v1/suites?key="+url.QueryEscape(h.mark("Referer of "+line)))
	}
	h.want(502, "PUT", "/v1/suites/s/t/status", object("ECF_NAME", "/s/t", "ECF_PASS", h.mark("job's password"), "ECF_RID", "1", "action", "init"))
	right := h.want(502, "POST", path, body, basic("admin", h.operator))
	if right.Header.Get("Referrer-Policy") != "no-referrer" || right.Header.Get("Location") != "" {
		h.t.Errorf("headers of ecFlow's door: %v", right.Header)
	}
}
