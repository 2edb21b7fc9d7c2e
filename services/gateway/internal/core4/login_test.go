package core4_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4"
)

const (
	base = "/core4/api/v1"
	form = "Content-Type: application/x-www-form-urlencoded"
)

func basic(name, password string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

// covers: C2-057 C2-058 C2-059 C2-060 C2-061 C2-062
func TestLogin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, root := range []string{base, "/core4/api", "/args"} {
		for name, a := range map[string]answer{
			"Basic":           w.send("GET", root+"/login", "", basic("admin", "hans")),
			"basic, any case": w.send("GET", root+"/login", "", strings.Replace(basic("ADMIN", "hans"), "Basic", "bAsIc", 1)),
			"query":           w.send("GET", root+"/login?username=admin&password=hans", ""),
			"query, POST":     w.send("POST", root+"/login?username=admin&password=hans", ""),
			"JSON":            w.send("POST", root+"/login", `{"username":"admin","password":"hans"}`, "Content-Type: application/json"),
			"JSON, untold":    w.send("POST", root+"/login", `{"username":"admin","password":"hans"}`),
			"JSON, GET":       w.send("GET", root+"/login", `{"username":"admin","password":"hans"}`),
			"form":            w.send("POST", root+"/login", `username=admin&password=hans`, form),
			"last one wins":   w.send("POST", root+"/login?username=x&password=y", `{"username":"admin","password":"hans"}`),
			"a token":         w.send("GET", root+"/login?token="+w.token("admin"), ""),
			"bearer":          w.send("GET", root+"/login", "", "Authorization: bearer "+w.token("admin")),
			"a cookie":        w.send("GET", root+"/login", "", "Cookie: token=\"sealed|"+w.token("admin")+"\""),
			"reset's path":    w.send("POST", root+"/reset", `{"username":"admin","password":"hans"}`),
		} {
			cookie := a.cookie()
			if a.Code != 200 || a.Message != "OK" || a.token() == "" || a.Header().Get("Token") != a.token() ||
				cookie == nil || cookie.Value != "sealed|"+a.token() {
				t.Errorf("%s at %s: %d %v %s", name, root, a.Code, a.Header(), a.Body)
				continue
			}
			if cookie.Path != "/" || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Secure ||
				!cookie.Expires.Equal(w.now.Add(30*24*time.Hour).Truncate(time.Second)) {
				t.Errorf("%s: the cookie is %v", name, cookie)
			}
			if p := w.send("GET", root+"/profile", "", "Authorization: Bearer "+a.token()); p.Code != 200 {
				t.Errorf("%s: the token opens nothing: %d", name, p.Code)
			}
		}
	}
	if len(w.logins) == 0 {
		t.Error("nobody signed in")
	}
}

func TestLoginRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("gone", "gone").Disabled = true
	w.tokens["hdl_key"] = issued{"admin", w.now, authapi.KindAPIKey}
	good := `{"username":"admin","password":"hans"}`
	for name, a := range map[string]answer{
		"nothing":                       w.send("GET", base+"/login", ""),
		"no password":                   w.send("POST", base+"/login", `{"username":"admin"}`),
		"an empty one":                  w.send("POST", base+"/login", `{"username":"admin","password":""}`),
		"a wrong one":                   w.send("POST", base+"/login", `{"username":"admin","password":"Hans"}`),
		"part of a name":                w.send("POST", base+"/login", `{"username":"adm","password":"hans"}`),
		"a pattern":                     w.send("POST", base+"/login", `{"username":".*","password":"hans"}`),
		"disabled":                      w.send("POST", base+"/login", `{"username":"gone","password":"gone"}`),
		"garbage":                       w.send("POST", base+"/login", `{`),
		"types":                         w.send("POST", base+"/login", `{"username":{"$gt":""},"password":["hans"]}`),
		"unknown scheme":                w.send("POST", base+"/login", good, "Authorization: Digest x"),
		"a wrong header beats the rest": w.send("POST", base+"/login", good, "Authorization: Basic !"),
		"two headers":                   w.send("POST", base+"/login", "", basic("admin", "hans"), basic("admin", "hans")),
		"a wrong token beats the rest":  w.send("POST", base+"/login?token=x", good),
		"a tampered cookie":             w.send("GET", base+"/login", "", "Cookie: token=sealed|x"),
		"a token as a cookie":           w.send("GET", base+"/login", "", "Cookie: token="+w.token("admin")),
		"a cookie as a token":           w.send("GET", base+"/login?token=sealed|"+w.token("admin"), ""),
		"an API key":                    w.send("GET", base+"/login", "", "Authorization: Bearer hdl_key"),
		"an API key's header":           w.send("GET", base+"/login", "", "X-API-Key: hdl_key"),
		"an access token":               w.send("GET", base+"/login", "", "Authorization: Bearer at.admin"),
	} {
		if a.Code != 401 || a.Error == "" || a.Data != nil || a.Header().Get("Token") != "" || a.cookie() != nil ||
			len(a.Header().Values("WWW-Authenticate")) != 2 {
			t.Errorf("%s: %d %v %s", name, a.Code, a.Header(), a.Body)
		}
	}
	if len(w.logins) > 1 { // of the disabled one the world's counts
		t.Errorf("signed in: %v", w.logins)
	}
}

// covers: C2-063 C2-064 C2-065 C2-078
func TestCredentialsOpenWhatIsProtected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tokens["hdl_key"] = issued{"admin", w.now, authapi.KindAPIKey}
	bearer, cookie := "Authorization: Bearer "+w.token("admin"), "Cookie: token=sealed|"+w.token("admin")
	for _, path := range []string{base + "/profile", "/core4/api/profile", "/core4/example/hello", "/args/test"} {
		for name, tc := range map[string]struct {
			a    answer
			code int
		}{
			"bearer":                           {w.send("GET", path, "", bearer), 200},
			"Basic":                            {w.send("GET", path, "", basic("admin", "hans")), 200},
			"API key":                          {w.send("GET", path, "", "X-API-Key: hdl_key"), 200},
			"query":                            {w.send("GET", path+"?token="+w.token("admin"), ""), 200},
			"JSON":                             {w.send("GET", path, `{"token":"`+w.token("admin")+`"}`), 200},
			"password as arguments":            {w.send("GET", path+"?username=admin&password=hans", ""), 200},
			"cookie":                           {w.send("GET", path, "", cookie), 200},
			"a name alone does not replace it": {w.send("GET", path+"?username=x", "", cookie), 200},
			"nothing":                          {w.send("GET", path, ""), 401},
			"a wrong header beats the cookie":  {w.send("GET", path, "", "Authorization: Bearer x", cookie), 401},
			"an empty header beats the rest":   {w.send("GET", path, "", "Authorization: ", cookie), 401},
			"a wrong header beats arguments":   {w.send("GET", path+"?username=admin&password=hans", "", basic("admin", "x")), 401},
			"a wrong token beats the cookie":   {w.send("GET", path+"?token=x", "", cookie), 401},
			"a wrong name beats the cookie":    {w.send("GET", path+"?username=x&password=y", "", cookie), 401},
			"tampered cookie":                  {w.send("GET", path, "", cookie+"x"), 401},
			"an unknown method":                {w.send("BREW", path, ""), 405},
		} {
			if tc.a.Code != tc.code || (tc.code == 200) != (tc.a.Error == "") {
				t.Errorf("%s at %s: %d %s", name, path, tc.a.Code, tc.a.Body)
			}
		}
	}
}

func TestServerThatCannotTell(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.down = authDown
	for name, a := range map[string]answer{
		"login":  w.send("GET", base+"/login?username=admin&password=hans", ""),
		"header": w.send("GET", base+"/profile", "", basic("admin", "hans")),
		"cookie": w.send("GET", base+"/profile", "", "Cookie: token=sealed|"+w.token("admin"), "Accept: text/html"),
		"reset":  w.send("PUT", base+"/login?email=a@b.org", ""),
	} {
		if a.Code != 503 || a.Header().Get("Retry-After") != "2" {
			t.Errorf("%s: %d %v", name, a.Code, a.Header())
		}
	}
}

// covers: C2-079 C2-081 C2-083
func TestTokensAreFollowedByFreshOnes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.send("GET", base+"/login", "", basic("admin", "hans")).token()
	with := func(token string) answer { return w.send("GET", base+"/profile", "", "Authorization: Bearer "+token) }
	w.now = w.now.Add(time.Hour)
	if a := with(first); a.Code != 200 || a.Header().Get("Token") != "" {
		t.Errorf("after an hour: %d %v", a.Code, a.Header())
	}
	w.now = w.now.Add(time.Second)
	a := with(first)
	second := a.Header().Get("Token")
	if a.Code != 200 || second == "" || second == first || a.cookie().Value != "sealed|"+second {
		t.Fatalf("after more: %d %v", a.Code, a.Header())
	}
	if a := with(first); a.Code != 200 {
		t.Errorf("the first: %d", a.Code)
	}
	if a := with(second); a.Code != 200 || a.Header().Get("Token") != "" {
		t.Errorf("the second: %d %v", a.Code, a.Header())
	}
	if a := w.send("GET", base+"/profile", "", "Cookie: token=sealed|"+first); a.Header().Get("Token") == "" || len(a.Result().Cookies()) != 1 {
		t.Errorf("by cookie: %v", a.Header())
	}
	if a := w.send("GET", "/core4/example/none?token="+first, ""); a.Code != 404 || a.Header().Get("Token") != "" {
		t.Errorf("nothing there: %d %v", a.Code, a.Header())
	}
	w.now = w.now.Add(7 * time.Hour)
	if with(first).Code != 401 || with(second).Code != 200 {
		t.Error("after eight hours the first has ended, and the second has not")
	}
}

// covers: C2-080
func TestRefreshAgeIsConfigured(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *core4.Deps) { d.Tokens.Refresh = time.Minute })
	w.tokens["hdl_key"] = issued{"admin", w.now, authapi.KindAPIKey}
	token := w.token("admin")
	w.now = w.now.Add(time.Minute + time.Second)
	if a := w.send("GET", base+"/profile", "", "Authorization: Bearer "+token); a.Header().Get("Token") == "" {
		t.Errorf("%d %v", a.Code, a.Header())
	}
	for name, header := range map[string]string{"password": basic("admin", "hans"), "API key": "Authorization: Bearer hdl_key"} {
		if a := w.send("GET", base+"/profile", "", header); a.Code != 200 || a.Header().Get("Token") != "" || a.cookie() != nil {
			t.Errorf("%s: %d %v", name, a.Code, a.Header())
		}
	}
}

// A cookie goes with requests that its owner knows nothing of.
func TestCookiesChangeNothingForOtherSites(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *core4.Deps) {
		if err := d.Cross.AddTrustedOrigin("https://hpc.example.org"); err != nil {
			t.Fatal(err)
		}
	})
	cookie, path := "Cookie: token=sealed|"+w.token("admin"), "/core4/example/write"
	for name, tc := range map[string]struct {
		method string
		header []string
		code   int
	}{
		"another site":             {"POST", []string{cookie, "Sec-Fetch-Site: cross-site"}, 403},
		"another origin":           {"POST", []string{cookie, "Origin: https://evil.example"}, 403},
		"it may look":              {"GET", []string{cookie, "Sec-Fetch-Site: cross-site"}, 200},
		"our own":                  {"POST", []string{cookie, "Sec-Fetch-Site: same-origin"}, 200},
		"our own, older browser":   {"DELETE", []string{cookie, "Origin: http://heddle.example"}, 200},
		"our own behind a proxy":   {"POST", []string{cookie, "Origin: https://hpc.example.org"}, 200},
		"no browser":               {"PUT", []string{cookie}, 200},
		"a token, of another site": {"POST", []string{"Authorization: Bearer " + w.token("admin"), "Sec-Fetch-Site: cross-site"}, 200},
	} {
		if a := w.send(tc.method, path, "", tc.header...); a.Code != tc.code {
			t.Errorf("%s: %d %s", name, a.Code, a.Body)
		}
	}
}

func TestLogout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.token("admin")
	for _, method := range []string{"GET", "POST"} {
		w.now = w.now.Add(61 * time.Minute) // it would be renewed
		a := w.send(method, base+"/logout", "", "Cookie: token=sealed|"+token)
		if c := a.cookie(); a.Code != 200 || a.Data != "OK" || c == nil || c.Value != "" || c.MaxAge >= 0 ||
			len(a.Result().Cookies()) != 1 || a.Header().Get("Token") != "" {
			t.Errorf("%s: %d %v %s", method, a.Code, a.Header(), a.Body)
		}
	}
	if a := w.send("GET", base+"/logout", "", "Authorization: Bearer "+token, "Accept: text/html"); a.Code != 200 ||
		!strings.Contains(a.Body.String(), "<form") {
		t.Errorf("page: %d %s", a.Code, a.Body)
	}
	if a := w.send("GET", base+"/logout", ""); a.Code != 401 {
		t.Errorf("nobody: %d", a.Code)
	}
	if a := w.send("GET", base+"/profile", "", "Authorization: Bearer "+token); a.Code != 200 {
		t.Errorf("the token: %d", a.Code)
	}
}

const browser = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

var action = regexp.MustCompile(`action="([^"]+)"`)

// A browser that is not signed in signs in and comes back to where it was.
func TestSignInWithABrowser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.send("GET", "/core4/example/hello?q=a%26b&token=x", "", browser)
	if a.Code != 302 || strings.Contains(a.Header().Get("Location"), "token") {
		t.Fatalf("%d %v", a.Code, a.Header())
	}
	to, err := url.Parse(a.Header().Get("Location"))
	if err != nil || to.Path != "/core4/example/login" || len(to.Query().Get("h")) != 36 {
		t.Fatalf("%v %v", to, err)
	}
	a = w.send("GET", to.String(), "", browser)
	if a.Code != 200 || action.FindStringSubmatch(a.Body.String())[1] != "/core4/example/login" ||
		!strings.Contains(a.Body.String(), `value="http://heddle.example/core4/example/hello?q=a%26b"`) {
		t.Fatalf("%d %s", a.Code, a.Body)
	}
	in := url.Values{"username": {"admin"}, "password": {"wrong"}, "next": {to.Query().Get("next")}}
	if a := w.send("POST", to.Path, in.Encode(), browser, form); a.Code != 401 || !strings.Contains(a.Body.String(), "<form") || a.cookie() != nil {
		t.Errorf("wrong: %d %s", a.Code, a.Body)
	}
	in.Set("password", "hans")
	a = w.send("POST", to.Path, in.Encode(), browser, form)
	if a.Code != 303 || a.Header().Get("Location") != "http://heddle.example/core4/example/hello?q=a%26b" {
		t.Fatalf("%d %v", a.Code, a.Header())
	}
	if a := w.send("GET", "/core4/example/hello", "", browser, "Cookie: token="+a.cookie().Value); a.Code != 200 || a.Data != "hello world" {
		t.Errorf("%d %s", a.Code, a.Body)
	}
}

func TestNobodyIsSentElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, next := range []string{"", "https://evil.example/", "//evil.example", "/\\evil.example", "http://heddle.example//evil.example",
		"http://heddle.example@evil.example/", "http://heddle.example.evil.example/", "javascript:alert(1)", "http://heddle.example/\r\nX: y",
		"https://heddle.example/", "http:heddle.example/x"} {
		in := url.Values{"username": {"admin"}, "password": {"hans"}, "next": {next}}
		if a := w.send("POST", base+"/login", in.Encode(), browser, form); a.Code != 200 || a.Header().Get("Location") != "" {
			t.Errorf("%q: %d %v", next, a.Code, a.Header())
		}
		page := w.send("GET", base+"/login?next="+url.QueryEscape(next), "", browser)
		if page.Code != 200 || strings.Contains(page.Body.String(), `name="next"`) {
			t.Errorf("%q: %s", next, page.Body)
		}
	}
}

func TestWhoIsRedirected(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]map[string]int{
		"auto":   {"GET " + browser: 302, "POST " + browser: 401, "GET Accept: application/json": 401, "GET Accept: */*": 401},
		"always": {"GET " + browser: 302, "POST " + browser: 302, "GET Accept: application/json": 302},
		"never":  {"GET " + browser: 401, "POST " + browser: 401},
	} {
		w := newWorld(t, func(d *core4.Deps) { d.LoginRedirect = mode })
		for request, code := range want {
			method, accept, _ := strings.Cut(request, " ")
			if a := w.send(method, base+"/profile", "", accept); a.Code != code {
				t.Errorf("%s, %s: %d", mode, request, a.Code)
			}
			if a := w.send(method, base+"/login?token=x", "", accept); a.Code == 302 {
				t.Errorf("%s, %s: login sends to login", mode, request)
			}
		}
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, email := range []string{"admin@example.org", "unknown@example.org"} {
		if a := w.send("PUT", base+"/login?email="+email, ""); a.Code != 200 || a.Data != nil || !strings.Contains(a.Body.String(), `"data":null`) {
			t.Errorf("%s: %d %s", email, a.Code, a.Body)
		}
	}
	if len(w.resets) != 2 {
		t.Errorf("asked for %v", w.resets)
	}
	if a := w.send("PUT", base+"/login", ""); a.Code != 400 || !strings.Contains(a.Error, "MissingArgumentError") {
		t.Errorf("neither: %d %s", a.Code, a.Body)
	}
	if a := w.send("PUT", base+"/login", `{"token":"`+w.token("admin")+`","password":"x"}`); a.Code != 401 || w.users["admin"].password != "hans" {
		t.Errorf("a login token: %d %s", a.Code, a.Body)
	}
	if a := w.send("GET", base+"/login?token=reset-admin", ""); a.Code != 401 {
		t.Errorf("a reset token signs in: %d", a.Code)
	}
	if a := w.send("PUT", base+"/login", `{"token":"reset-admin","password":"neu"}`); a.Code != 200 || a.Data != "OK" || w.users["admin"].password != "neu" {
		t.Errorf("reset: %d %s", a.Code, a.Body)
	}
	page := w.send("GET", base+"/reset?token=reset-admin", "", browser)
	if page.Code != 200 || !strings.Contains(page.Body.String(), `value="reset-admin"`) || page.Header().Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("page: %d %s", page.Code, page.Body)
	}
	if a := w.send("POST", base+"/reset", "token=reset-admin&password=neuer", browser, form); a.Code != 200 || w.users["admin"].password != "neuer" {
		t.Errorf("form: %d %s", a.Code, a.Body)
	}
	if a := w.send("POST", base+"/reset", "token=reset-x&password=neuer", browser, form); a.Code != 401 {
		t.Errorf("bad form: %d %s", a.Code, a.Body)
	}
}
