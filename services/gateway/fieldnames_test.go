package gateway_test

import (
	"strings"
	"testing"
)

// What is refused is named as the caller named it, at whichever door: the auth
// service has words of its own for it.
func TestRefusalsSpeakTheDoorsWords(t *testing.T) {
	t.Parallel()
	h := start(t)
	admin := h.as("admin", "hans")
	const users, alice = "/api/v1/admin/users", "/api/v1/admin/users/alice"
	for _, tt := range []struct{ method, path, body, field string }{
		{"POST", "/api/v1/login", `{}`, `{"name":"password","message":"is required"}`},
		{"PATCH", alice, `{"real_name":"A","email":"zz"}`, `"name":"email"`},
		{"PATCH", alice, `{"default_group":"nobodies"}`, `"name":"default_group"`},
		{"PATCH", alice, `{"permissions":["cop","fly://x"]}`, `"name":"permissions[1]"`},
		{"PATCH", alice, `{"role_names":["nobodies"]}`, `"name":"role_names[0]"`},
		{"PUT", alice + "/groups/nobodies", "", `"name":"value"`},
		{"PUT", alice + "/links/e%20gi/1", "", `"name":"provider"`},
		{"PUT", alice + "/links/egi/%C3%A4", "", `"name":"subject"`},
		{"POST", alice + "/certificates", `{"dn":"CN=Alice"}`, `"name":"dn"`},
		{"DELETE", alice + "/certificates?dn=x", "", `"name":"dn"`},
		{"POST", alice + "/keys", `{"jwk":{"kty":"oct","k":"AAAA"}}`, `"name":"jwk"`},
		{"POST", alice + "/keys", `{"jwk":{"kty":"oct"},"comment":"\u0001"}`, `"name":"comment"`},
		{"POST", alice + "/suspend", `{"vo":"nobodies"}`, `"name":"vo"`},
		{"POST", "/core4/api/v1/roles", `{"name":"r","perm":["fly://x"]}`, "; perm[0]: "},
		{"POST", "/core4/api/v1/roles", `{"name":"u","email":"u@x.org","passwd":"secret12","perm":["fly://x"]}`, "; perm[0]: "},
		{"POST", "/core4/api/v1/roles", `{"name":"u","email":"zz","passwd":"secret12"}`, "; email: "},
		{"POST", "/core4/api/v1/roles", `{"name":"u","email":"u@x.org","passwd":"` + strings.Repeat("x", 5000) + `"}`, "; passwd: "},
		{"POST", "/core4/api/v1/roles", `{"name":"u","email":"u@x.org","realname":"a\nb","passwd":"secret12"}`, "; realname: "},
	} {
		a := admin.send(tt.method, tt.path, tt.body)
		if a.StatusCode < 400 || a.StatusCode >= 500 || !strings.Contains(a.body, tt.field) || strings.Contains(a.body, "edits[") {
			t.Errorf("%s %s %.80s: %d %s", tt.method, tt.path, tt.body, a.StatusCode, a.body)
		}
	}
	if a := admin.send("GET", users+"/u", ""); a.StatusCode != 404 {
		t.Errorf("a user who was refused is there: %d %s", a.StatusCode, a.body)
	}
}

// DIRAC's words for an application are its register's.
func TestARefusedApplicationIsNamedAsDIRACDoes(t *testing.T) {
	t.Parallel()
	h := start(t)
	var token struct {
		Token string `json:"access_token"`
	}
	h.as("", "").ok(&token, "POST", "/api/v1/login", `{"name":"admin","password":"hans"}`)
	for query, field := range map[string]string{
		"Name=x&Redirect=https://a.test/&Redirect=http://a.test/": "Redirect[1] ",
		"Name=x&Redirect=https://a.test/&URL=javascript:x":        "URL ",
		"Name=x&Redirect=https://a.test/&Icon=data:x":             "Icon ",
		"Name=%01&Redirect=https://a.test/":                       "Name ",
		"Name=Demo+client&Redirect=https://a.test/":               "Name ",
	} {
		a := h.as("", "").send("POST", "/oauth2/clients?"+query+"&access_token="+token.Token, "")
		if a.StatusCode < 400 || a.StatusCode >= 500 || !strings.Contains(a.body, ". "+field) {
			t.Errorf("%s: %d %s", query, a.StatusCode, a.body)
		}
	}
}

// What no site can run is refused in DIRAC's words, also in one of several
// manifests.
func TestARefusedJobIsNamedAsDIRACDoes(t *testing.T) {
	t.Parallel()
	c := start(t).as("demouser", "test123")
	c.unicore(`{"Executable": "true"}`) // so that the site has told what it can do
	for manifest, want := range map[string]string{
		`{"Executable": "a", "Tags": ["nope"]}`:                                                   `job. Tags DEMO-SITE `,
		`{"Executable": "a", "BannedSites": ["DEMO-SITE"]}`:                                       `job. BannedSites DEMO-SITE `,
		`{"Executable": "a", "NumberOfProcessors": 900}`:                                          `job. NumberOfProcessors is 900`,
		`{"Executable": "a", "Heddle": {"queue": "nope"}}`:                                        `job. Heddle.queue there is no queue`,
		`{"Executable": "a", "Heddle": {"imports": [{"from": "http://u:p@a.test/", "to": "b"}]}}`: `. Heddle.imports[0].from must not hold`,
		`[{"Executable": "a"}, {"Executable": "b", "Tags": ["n"]}]`:                               `Job 2 of 2: No site can run the job. Tags DEMO-SITE `,
		`{"Executable": "%s", "Parameters": ["a", "b"], "NumberOfProcessors": 900}`:               `Job 1 of 2: No site can run the job. NumberOfProcessors is 900`,
	} {
		a := c.send("POST", "/jobs", `{"manifest": `+manifest+`}`)
		if a.StatusCode != 400 || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d %s", manifest, a.StatusCode, a.body)
		}
	}
	a := c.send("POST", "/jobs", `{"manifest": {"Executable": "a"}}`, "Idempotency-Key: "+strings.Repeat("x", 300))
	if a.StatusCode != 400 || !strings.Contains(a.body, `"field":"Idempotency-Key"`) {
		t.Errorf("a key: %d %s", a.StatusCode, a.body)
	}
}

// What is refused at UNICORE's door is named as in the document: by its keys,
// and where it stands there.
func TestARefusedJobIsNamedAsUNICOREDoes(t *testing.T) {
	t.Parallel()
	c := start(t).as("demouser", "test123")
	for document, want := range map[string]string{
		`{"Imports": [{"Data": "x", "To": "a"}, {"From": "http://u:hush@127.0.0.1/x", "To": "b"}]}`: `Imports[1].From: must not hold a user name or password; give them as Credentials`,
		`{"Exports": {"a": "http://u:hush@127.0.0.1/x"}, "Executable": "true"}`:                     `Exports.a.To: must not hold`,
		`{"Exports": [{"From": "a", "To": "http://u:hush@a.test/"}], "Executable": "true"}`:         ` Exports[0].To: must not hold`,
		`{"Executable": "true", "Notification": "ftp://127.0.0.1/"}`:                                `Notification: must be an http or https URL`,
		`{"Executable": "true", "NotificationSettings": {"URL": "ftp://127.0.0.1/"}}`:               `NotificationSettings.URL: must be an http or https URL`,
		`{"Executable": "true", "Arguments": [{"From": "1", "To": "2", "Step": "1e-9"}]}`:           `Arguments[0].Step: must be a plain decimal number`,
	} {
		a := c.send("POST", unicoreJobs, document)
		if a.StatusCode != 400 || !strings.Contains(a.body, want) || strings.Contains(a.body, "hush") {
			t.Errorf("%s: %d %s", document, a.StatusCode, a.body)
		}
	}
	a := c.send("POST", unicoreJobs, `{"Executable": "true"}`, "Idempotency-Key: "+strings.Repeat("x", 300))
	if a.StatusCode != 400 || !strings.Contains(a.body, " Idempotency-Key: must be at most") {
		t.Errorf("a key: %d %s", a.StatusCode, a.body)
	}
	c.unicore(`{"Executable": "true"}`) // so that the site has told what it can do
	path := c.unicoreAt(unicoreJobs, `{"Executable": "true", "Resources": {"CPUs": 900}}`)
	if j := c.comes(path, "FAILED"); !strings.Contains(j.StatusMessage, "Resources.CPUs: ") {
		t.Errorf("a job that is too large: %q", j.StatusMessage)
	}
}
