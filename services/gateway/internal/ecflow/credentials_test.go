package ecflow_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/gateway/internal/ecflow"
)

const suite = `{"definition":"suite s"}`

func basic(s string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(s))
}

// What a user changes needs credentials; the first place that has some decides.
//
// covers: E3-041 E3-044 E3-050 E3-053 E3-056 E3-057 E3-058 E3-059 E3-060 E3-063 E3-064 E3-066 E3-067 E3-068 E3-069 E3-070 E3-071 E3-072 E3-073 E3-074
// covers: E3-100 E3-271 E3-272 E3-273
func TestCredentials(t *testing.T) {
	t.Parallel()
	another := `{"hash":"pbkdf2:sha256:1$salt$120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b","description":"slow"}`
	script := strings.Replace(example(""), "$ca83", "$SHA2-256(stdin)= ca83", 1)
	for name, c := range map[string]struct {
		entry   string
		target  string
		headers []string
		want    string // whom the engine sees; "" is refused
	}{
		"nothing":                     {"", "/v1/suites", nil, ""},
		"bearer":                      {example(""), "/v1/suites", []string{"authorization: Bearer " + token}, "token:my app"},
		"bearer in lower case":        {example(""), "/v1/suites", []string{"Authorization: bearer " + token}, "token:my app"},
		"several blanks":              {example(""), "/v1/suites", []string{"Authorization: Bearer   " + token}, "token:my app"},
		"header":                      {example(""), "/v1/suites", []string{"x-api-key: " + token}, "token:my app"},
		"query":                       {example(""), "/v1/suites?key=" + token, nil, "token:my app"},
		"query beside others":         {example(""), "/v1/suites?filter=[0]&key=" + token, nil, "token:my app"},
		"password":                    {"", "/v1/suites", []string{basic("alice:alice")}, "password"},
		"slow hash":                   {another, "/v1/suites?key=password", nil, "token:slow"},
		"the script's hash":           {script, "/v1/suites?key=" + token, nil, "token:my app"},
		"empty times":                 {example(`,"expires_at":"","revoked_at":""`), "/v1/suites?key=" + token, nil, "token:my app"},
		"to come":                     {example(`,"expires_at":"9999-01-01T00:00:00Z","revoked_at":"9999-01-01T00:00:00Z"`), "/v1/suites?key=" + token, nil, "token:my app"},
		"expired":                     {example(`,"expires_at":"2022-10-07T11:23:02Z"`), "/v1/suites?key=" + token, nil, ""},
		"revoked":                     {example(`,"revoked_at":"2022-10-07T11:23:02Z"`), "/v1/suites", []string{"Authorization: Bearer " + token}, ""},
		"unknown method":              {strings.Replace(example(""), "sha256", "md5", 1), "/v1/suites?key=" + token, nil, ""},
		"wrong bearer":                {example(""), "/v1/suites", []string{"Authorization: Bearer wrong"}, ""},
		"wrong header":                {example(""), "/v1/suites", []string{"X-API-Key: wrong"}, ""},
		"wrong query":                 {example(""), "/v1/suites?key=wrong", nil, ""},
		"wrong password":              {"", "/v1/suites", []string{basic("alice:wrong")}, ""},
		"nobody's password":           {"", "/v1/suites", []string{basic("none:none")}, ""},
		"no password at all":          {"", "/v1/suites", []string{"Authorization: Basic %%%"}, ""},
		"empty bearer":                {example(""), "/v1/suites", []string{"Authorization: Bearer"}, ""},
		"empty bearer with a blank":   {example(""), "/v1/suites", []string{"Authorization: Bearer "}, ""},
		"empty header":                {example(""), "/v1/suites", []string{"X-API-Key: "}, ""},
		"empty query":                 {example(""), "/v1/suites?key=", nil, ""},
		"KEY":                         {example(""), "/v1/suites?KEY=" + token, nil, ""},
		"another scheme":              {example(""), "/v1/suites", []string{"Authorization: Token " + token}, ""},
		"no scheme":                   {example(""), "/v1/suites", []string{"Authorization: " + token}, ""},
		"the token as a password":     {example(""), "/v1/suites", []string{basic(token + ":")}, ""},
		"access token of other doors": {example(""), "/v1/suites", []string{"Authorization: Bearer token-of-alice"}, ""},
		"API key that is none":        {example(""), "/v1/suites", []string{"X-API-Key: hdl_abc"}, ""},
		"Authorization before query":  {example(""), "/v1/suites?key=" + token, []string{"Authorization: Bearer wrong"}, ""},
		"Authorization before header": {example(""), "/v1/suites", []string{"Authorization: Bearer wrong", "X-API-Key: " + token}, ""},
		"good one first":              {example(""), "/v1/suites?key=wrong", []string{"Authorization: Bearer " + token, "X-API-Key: wrong"}, "token:my app"},
		"header before query":         {example(""), "/v1/suites?key=" + token, []string{"X-API-Key: wrong"}, ""},
		"unknown scheme before query": {example(""), "/v1/suites?key=" + token, []string{"Authorization: Nonsense"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := open(t, nil)
			if c.entry != "" {
				w = open(t, nil, c.entry)
			}
			got := w.send("POST "+c.target, suite, c.headers...)
			if c.want == "" {
				is(t, name, got, 401, `{"code":401,"message":"Unauthorized","path":"/v1/suites","method":"POST","body":`+quoted(suite)+`}`)
				if len(w.engine.asked) != 0 {
					t.Error("the engine was asked")
				}
				return
			}
			if got.Code != 200 {
				t.Fatalf("%d %s", got.Code, got.Body)
			}
			cmd, user := w.engine.last(t)
			if user.Credential != c.want && user.Method != c.want || user.Anonymous() {
				t.Errorf("the engine sees %+v", user)
			}
			if cmd.Query.Has("key") {
				t.Error("the engine is told the key")
			}
		})
	}
}

// A token is a caller of its own, whom the engine knows by the proxy's name.
//
// covers: E3-054 E3-055
func TestTokenIsNoUser(t *testing.T) {
	t.Parallel()
	other := strings.Replace(`{"hash":"pbkdf2:sha256:1$salt$120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b","description":"D"}`, `"D"`, `"my \u0007 app"`, 1)
	w := open(t, nil, example(""), other)
	w.send("DELETE /v1/suites/s?key="+token, "")
	_, first := w.engine.last(t)
	w.send("DELETE /v1/suites/s?key=password", "")
	_, second := w.engine.last(t)
	if first.Name != "ecflow_http" || second.Name != "ecflow_http" || first.ID == second.ID || len(first.Roles)+len(first.Groups) > 0 || first.InPerson() {
		t.Errorf("the engine sees %+v and %+v", first, second)
	}
}

// covers: E3-015 E3-016 E3-042 E3-045 E3-048
func TestPlainConnections(t *testing.T) {
	t.Parallel()
	good := "Authorization: Bearer " + token
	const child = `{"ECF_NAME":"/s/t"}`
	for name, c := range map[string]struct {
		loopback bool
		from     string
		line     string
		body     string
		status   int
	}{
		"user":              {false, "192.0.2.1:7", "POST http://x/v1/suites", suite, 403},
		"user, status":      {false, "127.0.0.1:7", "PUT http://x/v1/suites/s/status", `{"action":"suspend"}`, 403},
		"deleting":          {false, "127.0.0.1:7", "DELETE http://x/v1/suites/s", "", 403},
		"reading":           {false, "192.0.2.1:7", "GET http://x/v1/suites", "", 200},
		"child":             {false, "192.0.2.1:7", "PUT http://x/v1/suites/s/t/status", child, 200},
		"TLS":               {false, "192.0.2.1:7", "POST https://x/v1/suites", suite, 200},
		"this machine":      {true, "127.0.0.1:7", "POST http://x/v1/suites", suite, 200},
		"this machine, v6":  {true, "[::1]:7", "PUT http://x/v1/suites/s/status", `{"action":"suspend"}`, 200},
		"another machine":   {true, "192.0.2.1:7", "POST http://x/v1/suites", suite, 403},
		"who knows whence":  {true, "@", "POST http://x/v1/suites", suite, 403},
		"what is not there": {false, "192.0.2.1:7", "POST http://x/v1/statistics", "", 501},
	} {
		w := open(t, func(d *ecflow.Deps) { d.Loopback = c.loopback }, example(""))
		r := request(c.line, c.body, good)
		r.RemoteAddr = c.from
		got := w.serve(r)
		if got.Code != c.status || c.status == 403 && !strings.HasPrefix(got.Body.String(), `{"code":403,"message":"SSL is required for state-altering commands","path":"/v1/suites`) {
			t.Errorf("%s: %d %s", name, got.Code, got.Body)
		}
		if c.status == 403 {
			is(t, name, w.send("GET /v1/statistics?filter=num_errors", ""), 200, "1")
		}
	}
}

// Reading is for everybody, whatever they show, unless the operator closes it.
//
// covers: E3-044 E3-046 E3-049
func TestReading(t *testing.T) {
	t.Parallel()
	wrong := []string{"Authorization: Bearer wrong", "Authorization: Nonsense", basic("alice:wrong"), "X-API-Key: wrong", "X-None: "}
	w := open(t, nil)
	closed := open(t, func(d *ecflow.Deps) { d.AuthGet = true }, example(""))
	for _, header := range wrong {
		for _, method := range []string{"GET", "HEAD"} {
			if got := w.send(method+" /v1/suites?key=bad", `{"ECF_NAME":"/s"}`, header); got.Code != 200 {
				t.Errorf("%s with %s: %d", method, header, got.Code)
			}
			if got := closed.send(method+" /v1/suites", "", header); got.Code != 401 {
				t.Errorf("closed, %s with %s: %d", method, header, got.Code)
			}
		}
	}
	if _, user := w.engine.last(t); !user.Anonymous() {
		t.Errorf("a reader is %+v", user)
	}
	is(t, "errors", w.send("GET /v1/statistics?filter=num_errors", ""), 200, "0")
	for _, line := range []string{"GET /v1/suites?key=" + token, "GET http://x/v1/statistics?key=" + token, "HEAD /v1/suites/s/tree?key=" + token} {
		if got := closed.send(line, ""); got.Code != 200 {
			t.Errorf("closed, %s: %d", line, got.Code)
		}
	}
	if got := closed.send("OPTIONS /v1/suites", ""); got.Code != 204 {
		t.Errorf("closed, OPTIONS: %d", got.Code)
	}
}
