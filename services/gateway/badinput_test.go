package gateway_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// problem is what an error answer of the native door holds.
type problem struct {
	Status    int
	Code      string
	Detail    string
	RequestID string `json:"request_id"`
	Fields    []struct{ Name string }
}

// refused checks a refusal: its status, the form, and the offending field.
func refused(t *testing.T, what string, a answer, status int, field string) {
	t.Helper()
	var p problem
	err := json.Unmarshal([]byte(a.body), &p)
	if a.StatusCode != status || a.Header.Get("Content-Type") != "application/problem+json" || err != nil ||
		p.Status != status || p.Code == "" || p.Detail == "" {
		t.Errorf("%s: want %d, got %d %s %.300s", what, status, a.StatusCode, a.Header.Get("Content-Type"), a.body)
		return
	}
	if field == "" {
		return
	}
	for _, f := range p.Fields {
		if f.Name == field {
			return
		}
	}
	t.Errorf("%s: the field %q is not named: %s", what, field, a.body)
}

// It has a Heddle to itself: in the end there must be no job at all.
func TestBadInput(t *testing.T) {
	t.Parallel()
	const jobs = "/api/v1/jobs"
	c := start(t).as("alice", "alice123")
	huge := strings.Repeat("x", 10<<20)
	for name, q := range map[string]struct {
		method, path, body string
		headers            []string
		status             int
		field              string
	}{
		"broken JSON":         {"POST", jobs, `{"executable":`, nil, 400, "body"},
		"no body":             {"POST", jobs, "", nil, 400, "body"},
		"not an object":       {"POST", jobs, `[]`, nil, 400, ""},
		"wrong type":          {"POST", jobs, `{"executable":"/bin/true","arguments":"x","resources":{"cpus":"two"}}`, nil, 400, "arguments"},
		"wrong type deep":     {"POST", jobs, `{"executable":"/bin/true","resources":{"cpus":"two"}}`, nil, 400, "resources.cpus"},
		"unknown member":      {"POST", jobs, `{"executable":"/bin/true","exe":1}`, nil, 400, "exe"},
		"foreign origin":      {"POST", jobs, `{"executable":"/bin/true","origin":{"dialect":"unicore","document":{}}}`, nil, 400, "origin"},
		"executable + script": {"POST", jobs, `{"executable":"/bin/true","script":"x"}`, nil, 400, ""},
		"output elsewhere":    {"POST", jobs, `{"executable":"/bin/true","stdout":"../x"}`, nil, 400, ""},
		"not our group":       {"POST", jobs, `{"executable":"/bin/true","group":"operators"}`, nil, 403, ""},
		"10 MB argument":      {"POST", jobs, `{"executable":"/bin/true","arguments":["` + huge + `"]}`, nil, 413, ""},
		"form":                {"POST", jobs, `executable=x`, []string{"Content-Type: application/x-www-form-urlencoded"}, 415, ""},
		"unknown type":        {"POST", jobs, `{}`, []string{"Content-Type: application/x-unknown"}, 415, ""},
		"gzip":                {"POST", jobs, `{}`, []string{"Content-Encoding: gzip"}, 415, ""},
		"10 MB header":        {"GET", jobs, "", []string{"X-Large: " + huge}, 431, ""},
		"bad id":              {"GET", jobs + "/not-an-id", "", nil, 404, ""},
		"unknown job":         {"GET", jobs + "/0f3k9m2p1qs", "", nil, 404, ""},
		"abort unknown":       {"POST", jobs + "/0f3k9m2p1qs/abort", "", nil, 404, ""},
		"stdout unknown":      {"GET", jobs + "/0f3k9m2p1qs/stdout", "", nil, 404, ""},
		"bad limit":           {"GET", jobs + "?limit=x", "", nil, 400, "limit"},
		"limit 0":             {"GET", jobs + "?limit=0", "", nil, 400, "limit"},
		"limit too large":     {"GET", jobs + "?limit=1001", "", nil, 400, "limit"},
		"bad state":           {"GET", jobs + "?state=done", "", nil, 400, "state"},
		"bad cursor":          {"GET", jobs + "?cursor=%00", "", nil, 400, "cursor"},
		"bad query":           {"GET", jobs + "?limit=%zz", "", nil, 400, "query"},
		"bad wait":            {"GET", jobs + "/0f3k9m2p1qs?wait=soon", "", nil, 400, "wait"},
		"negative wait":       {"GET", jobs + "/0f3k9m2p1qs?wait=-1s", "", nil, 400, "wait"},
		"bad until":           {"GET", jobs + "/0f3k9m2p1qs?until=later", "", nil, 400, "until"},
		"bad event cursor":    {"GET", "/api/v1/events?after=x", "", nil, 400, "after"},
		"bad last event":      {"GET", "/api/v1/events", "", []string{"Last-Event-ID: x"}, 400, "Last-Event-ID"},
		"bad follow":          {"GET", "/api/v1/events?follow=maybe", "", nil, 400, "follow"},
		"events of no job":    {"GET", "/api/v1/events?job=x", "", nil, 404, ""},
		"wrong method":        {"PATCH", jobs, "", nil, 405, ""},
		"no such path":        {"GET", "/api/v1/nothing", "", nil, 404, ""},
		"no such root":        {"GET", "/nothing", "", nil, 404, ""},
		"login without name":  {"POST", "/api/v1/login", `{"password":1}`, nil, 400, "password"},
		"storages cursor":     {"GET", "/api/v1/storages?cursor=-1", "", nil, 400, "cursor"},
	} {
		refused(t, name, c.send(q.method, q.path, q.body, q.headers...), q.status, q.field)
	}
	badCredentials(t, c)
	var made struct{ Total int }
	if a := c.as("admin", "hans").ok(&made, "GET", jobs+"?all=true&total=true&limit=1", ""); made.Total != 0 {
		t.Errorf("bad requests made %d jobs: %s", made.Total, a.body)
	}
}

func badCredentials(t *testing.T, c *client) {
	nobody := c.as("", "")
	var token authapi.Token
	nobody.ok(&token, "POST", "/api/v1/login", `{"name":"alice","password":"alice123"}`)
	head, rest, _ := strings.Cut(token.AccessToken, ".")
	claims, signature, _ := strings.Cut(rest, ".")
	b64 := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	flip := "A"
	if strings.HasPrefix(signature, flip) {
		flip = "B"
	}
	for name, v := range map[string]string{
		"none":           "",
		"forged":         "Bearer " + head + "." + claims + "." + flip + signature[1:],
		"other claims":   "Bearer " + head + "." + b64(`{"iss":"`+issuer+`","sub":"x","aud":["heddle"],"exp":9999999999}`) + "." + signature,
		"alg none":       "Bearer " + b64(`{"alg":"none","typ":"at+jwt"}`) + "." + claims + ".",
		"alg none, sig":  "Bearer " + b64(`{"alg":"none","typ":"at+jwt"}`) + "." + claims + "." + signature,
		"alg HS256":      "Bearer " + b64(`{"alg":"HS256","typ":"at+jwt"}`) + "." + claims + "." + signature,
		"no token":       "Bearer nonsense",
		"wrong password": "Basic " + base64.StdEncoding.EncodeToString([]byte("alice:wrong")),
		"no such user":   "Basic " + base64.StdEncoding.EncodeToString([]byte("mallory:x")),
		"no base64":      "Basic %%%",
		"unknown scheme": "Digest username=alice",
	} {
		var headers []string
		if v != "" {
			headers = []string{"Authorization: " + v}
		}
		a := nobody.send("POST", "/api/v1/jobs", `{"executable":"/bin/true"}`, headers...)
		refused(t, name, a, 401, "")
		if len(a.Header.Values("WWW-Authenticate")) == 0 {
			t.Errorf("%s: no WWW-Authenticate", name)
		}
		if strings.Contains(a.body, signature) {
			t.Errorf("%s: the answer repeats the token", name)
		}
	}
}

// badFiles: nothing outside the storage is reachable, whatever the spelling.
func badFiles(t *testing.T, c *client) {
	const home = "/api/v1/storages/home/files"
	c.ok(nil, "PUT", home+"/bad/here.txt", "here")
	j := c.submit(`{"script":"ln -s /etc/passwd link; ln -s / root"}`)
	c.ended(j.ID.String())
	work := "/api/v1/storages/" + jobsapi.WorkDir(j.ID) + "/files"
	for _, path := range []string{
		home + "/%2e%2e/%2e%2e/etc/passwd", home + "/bad/%2e%2e/%2e%2e/x", home + "/..%2f..%2fetc%2fpasswd",
		home + "/%2fetc%2fpasswd", home + "/bad%2fhere.txt", home + "/a%00b", home + "/%ff",
		work + "/link", work + "/root/etc/passwd",
		"/api/v1/storages/%2e%2e/files/etc/passwd", "/api/v1/storages/..%2f..%2fetc/files/passwd",
	} {
		for method, body := range map[string]string{"GET": "", "PUT": "evil", "DELETE": "", "POST": ""} {
			if method == "DELETE" && path == work+"/link" {
				continue // the link itself is the user's
			}
			a := c.send(method, path, body)
			if a.StatusCode < 400 || a.StatusCode > 409 || strings.Contains(a.body, "root:") {
				t.Errorf("%s %s: %d %.100s", method, path, a.StatusCode, a.body)
				continue
			}
			refused(t, method+" "+path, a, a.StatusCode, "")
		}
	}
	for name, q := range map[string]struct {
		method, path, body string
		status             int
	}{
		"no such file":         {"GET", home + "/nothing", "", 404},
		"no such storage":      {"GET", "/api/v1/storages/nothing/files/x", "", 404},
		"body for a directory": {"POST", home + "/bad/dir", "x", 400},
		"bad stat":             {"GET", home + "/bad?stat=perhaps", "", 400},
		"bad limit":            {"GET", home + "/bad?limit=-1", "", 400},
		"file as directory":    {"PUT", home + "/bad/here.txt/x", "x", 409},
		"directory as file":    {"PUT", home + "/bad", "x", 409},
		"the root":             {"DELETE", home, "", 400},
	} {
		refused(t, name, c.send(q.method, q.path, q.body), q.status, "")
	}
	other := c.as("alice", "alice123")
	if a := other.send("GET", work+"/stdout", ""); a.StatusCode != 403 && a.StatusCode != 404 {
		t.Errorf("another user's working directory: %d %s", a.StatusCode, a.body)
	}
	if a := other.send("PUT", work+fmt.Sprintf("/new-%s", j.ID), "x"); a.StatusCode != 403 && a.StatusCode != 404 {
		t.Errorf("writing to another user's working directory: %d %s", a.StatusCode, a.body)
	}
}
