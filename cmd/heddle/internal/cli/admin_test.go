package cli

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// counter is a server that writes down what it is asked and answers with an
// empty object.
func counter(t *testing.T) (url string, asked func() string) {
	t.Helper()
	var log bytes.Buffer
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		log.WriteString(strings.TrimSpace(r.Method + " " + strings.TrimPrefix(r.URL.RequestURI(), "/api/v1") + " " + string(body)))
		log.WriteString("\n")
		answer := `{}`
		if r.Method == "GET" {
			answer = `{"users":[],"groups":[],"roles":[],"clients":[],"tokens":[],"grants":[],"keys":[],"entries":[]}`
		}
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(s.Close)
	return s.URL, func() string { defer log.Reset(); return log.String() }
}

// TestWhatAdminAsks: each command line is one request.
//
// covers: D1-021 D1-022
func TestWhatAdminAsks(t *testing.T) {
	t.Parallel()
	url, asked := counter(t)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"jwks": `{"keys":[]}`, "cert": "PEM", "jwk": `{"kty":"OKP","crv":"Ed25519","x":"AA"}`,
		"pub": "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct{ line, want string }{
		{"users list", "GET /admin/users?limit=1000"},
		{"users add bob --group users --operator --password-stdin",
			`POST /admin/users {"name":"bob","password":"secret","groups":["users"],"roles":["operator"]}`},
		{"users show a/b", "GET /admin/users/a%2Fb"},
		{"users set bob --email= --core4-role x --permission=", `PATCH /admin/users/bob {"email":"","permissions":[],"role_names":["x"]}`},
		{"users password bob --password-stdin", `POST /admin/users/bob/password {"password":"secret"}`},
		{"users disable bob --yes", "POST /admin/users/bob/disable"},
		{"users enable bob", "POST /admin/users/bob/enable"},
		{"users sign-out bob --yes", "POST /admin/users/bob/sign-out"},
		{"users suspend bob cms", `POST /admin/users/bob/suspend {"vo":"cms"}`},
		{"users resume bob cms", `POST /admin/users/bob/resume {"vo":"cms"}`},
		{"users join bob users", "PUT /admin/users/bob/groups/users"},
		{"users leave bob users", "DELETE /admin/users/bob/groups/users"},
		{"users give bob operator", "PUT /admin/users/bob/roles/operator"},
		{"users take bob operator", "DELETE /admin/users/bob/roles/operator"},
		{"users link bob campus a/b", "PUT /admin/users/bob/links/campus/a%2Fb"},
		{"users unlink bob campus a/b", "DELETE /admin/users/bob/links/campus/a%2Fb"},
		{"users login add bob b01", "PUT /admin/users/bob/logins/b01"},
		{"users login remove bob b01", "DELETE /admin/users/bob/logins/b01"},
		{"users cert add bob --dn /CN=Bob", `POST /admin/users/bob/certificates {"dn":"/CN=Bob"}`},
		{"users cert add bob --file DIR/cert", `POST /admin/users/bob/certificates {"pem":"PEM"}`},
		{"users cert remove bob /CN=Bob", "DELETE /admin/users/bob/certificates?dn=%2FCN%3DBob"},
		{"users key add bob --file DIR/jwk", `POST /admin/users/bob/keys {"comment":"","jwk":{"kty":"OKP","crv":"Ed25519","x":"AA"}}`},
		{"users key add bob --file DIR/pub --comment c",
			`POST /admin/users/bob/keys {"comment":"c","jwk":{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}`},
		{"users key remove bob k1", "DELETE /admin/users/bob/keys/k1"},
		{"groups list", "GET /admin/groups?limit=1000"},
		{"groups add cms --vo cms --property A --property B --lifetime 60", `POST /admin/groups {"lifetime":60,"name":"cms","properties":["A","B"],"vo":"cms"}`},
		{"groups show cms", "GET /admin/groups/cms"},
		{"groups set cms --setup=", `PATCH /admin/groups/cms {"setups":[]}`},
		{"roles list", "GET /admin/roles?limit=1000"},
		{"roles add r --permission cop --parent p", `POST /admin/roles {"name":"r","parents":["p"],"perms":["cop"]}`},
		{"roles show r", "GET /admin/roles/r"},
		{"roles set r --active=false", `PATCH /admin/roles/r {"active":false}`},
		{"roles remove r --yes", "DELETE /admin/roles/r"},
		{"clients list", "GET /admin/clients?limit=1000"},
		{"clients add App -b https://a/ -b https://b/ -u https://u -i https://i --trusted",
			`POST /admin/clients {"client_name":"App","client_uri":"https://u","logo_uri":"https://i","redirect_uris":["https://a/","https://b/"],"trusted":true}`},
		{"register-client -n App -b https://a/ -u https://u -i https://i",
			`POST /admin/clients {"client_name":"App","client_uri":"https://u","logo_uri":"https://i","redirect_uris":["https://a/"]}`},
		{"clients show app", "GET /admin/clients/app"},
		{"clients set app --method private_key_jwt --jwks DIR/jwks", `PATCH /admin/clients/app {"jwks":{"keys":[]},"token_endpoint_auth_method":"private_key_jwt"}`},
		{"clients secret app --grace 1d", `POST /admin/clients/app/secret {"grace":86400}`},
		{"clients secret app --yes", `POST /admin/clients/app/secret {"grace":0}`},
		{"clients remove app --yes", "DELETE /admin/clients/app"},
		{"grants list bob", "GET /admin/grants?limit=1000&user=bob"},
		{"grants revoke g1 --yes", "DELETE /grants/g1"},
		{"tokens list bob", "GET /admin/tokens?limit=1000&user=bob"},
		{"tokens revoke a1 --yes", "DELETE /tokens/a1"},
		{"keys list", "GET /admin/keys"},
		{"keys rotate --now", `POST /admin/keys/rotate {"now":true}`},
		{"keys rotate --compromised k1 --yes", `POST /admin/keys/rotate {"compromised":"k1"}`},
		{"audit bob --actor admin --since 2026-11-21T08:00:00Z --limit 5", "GET /admin/audit?actor=admin&from=2026-11-21T08%3A00%3A00Z&limit=5&subject=bob"},
	} {
		line := strings.ReplaceAll(tt.line, "DIR", dir)
		code, errs := command(t, dir, url, "secret\n", append([]string{"admin"}, strings.Fields(line)...)...)
		if got := strings.TrimSpace(asked()); got != tt.want || code != 0 {
			t.Errorf("%s: exit %d, %s\nasked %s\nwant  %s", tt.line, code, errs, got, tt.want)
		}
	}
}

func command(t *testing.T, dir, url, in string, args ...string) (code int, errs string) {
	t.Helper()
	var out, err strings.Builder
	e := testEnv(func(name string) string {
		return map[string]string{"HEDDLE_URL": url, "HEDDLE_CONFIG": filepath.Join(dir, "credentials.json")}[name]
	})
	e.in, e.out, e.err = strings.NewReader(in), &out, &err
	root := e.root()
	root.SetArgs(args)
	failed := root.ExecuteContext(t.Context())
	e.report(failed)
	return exitCode(failed), err.String()
}

// TestMistakesAskNobody: what is wrong or not meant is said before anything is
// sent.
func TestMistakesAskNobody(t *testing.T) {
	t.Parallel()
	url, asked := counter(t)
	dir := t.TempDir()
	private := "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
	for line, want := range map[string]string{
		"admin nonsense":                          "no command",
		"admin users disable bob":                 "--yes",
		"admin users sign-out bob":                "--yes",
		"admin users set bob":                     "what is to change",
		"admin users cert add bob":                "--file or --dn",
		"admin users key add bob --file -":        "private key",
		"admin roles remove r":                    "--yes",
		"admin clients remove app":                "--yes",
		"admin clients secret app":                "--yes",
		"admin clients secret app --grace 0d":     "no number of days",
		"admin clients set app --jwks -":          "no JSON",
		"admin register-client -b https://a/":     "-n",
		"admin keys rotate --compromised k1":      "--yes",
		"admin grants revoke g1":                  "--yes",
		"admin tokens revoke a1":                  "--yes",
		"admin audit --since yesterday":           "no time",
		"token create":                            "arg",
		"token create x --ttl 3y":                 "no duration",
		"token create x":                          "who are you",
		"login --password-stdin":                  "--user",
		"ecflow token":                            "arg",
		"ecflow token x --ttl 5":                  "no duration",
		"ecflow token x --add-to /nowhere/at/all": "no such",
	} {
		code, errs := command(t, dir, url, private, strings.Fields(line)...)
		if code != exitUsage || !strings.Contains(errs, want) {
			t.Errorf("heddle %s: exit %d, %s", line, code, errs)
		}
	}
	if got := asked(); got != "" {
		t.Errorf("asked %s", got)
	}
}
