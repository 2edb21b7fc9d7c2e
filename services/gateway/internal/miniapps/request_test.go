package miniapps_test

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// verified lets only what the gateway sent through, and says who asks.
func verified(p **program, next func(http.ResponseWriter, *http.Request, miniapp.Caller)) http.HandlerFunc {
	var v *miniapp.Verifier
	return func(w http.ResponseWriter, r *http.Request) {
		if v == nil {
			v = miniapp.NewVerifier((*p).reg.Key, time.Now)
		}
		c, err := v.Verify(r.Header.Get(miniapp.HeaderCaller), r.Method, r.RequestURI)
		if err != nil {
			http.Error(w, "not from the gateway", http.StatusTeapot)
			return
		}
		next(w, r, c)
	}
}

func TestTheGatewayKnowsWhoAsksAndLetsThemIn(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	var p *program
	p = listen(t, "alice", "/alice", verified(&p, func(w http.ResponseWriter, q *http.Request, c miniapp.Caller) {
		fmt.Fprintf(w, "%s asks %s", c.Principal.Name, q.RequestURI)
	}))
	join(t, nc, p, r)
	defer live(t, nc, p)()
	for name, c := range map[string]struct {
		user, method, path string
		status             int
		body               string
	}{
		"public, nobody":    {"", "GET", "/alice/public", 200, " asks /alice/public"},
		"public, somebody":  {"demouser", "GET", "/alice/public?a=b&c=%20d", 200, "demouser asks /alice/public?a=b&c=%20d"},
		"public, wrong":     {"stranger", "GET", "/alice/public", 401, ""},
		"protected, nobody": {"", "GET", "/alice/mine/x", 401, ""},
		"protected":         {"demouser", "GET", "/alice/mine/x%2Fy/z", 200, "demouser asks /alice/mine/x%2Fy/z"},
		"for operators":     {"demouser", "GET", "/alice/admin", 403, ""},
		"an operator":       {"admin", "GET", "/alice/admin", 200, "admin asks /alice/admin"},
		"not registered":    {"admin", "GET", "/alice/other", 404, ""},
		"no such method":    {"admin", "DELETE", "/alice/mine", 405, ""},
		"the challenge":     {"admin", "GET", "/alice" + miniapp.ChallengePath, 404, ""},
		"beside it":         {"admin", "GET", "/alice2/public", 404, ""},
		"in disguise":       {"demouser", "GET", "/%61lice/public", 200, "demouser asks /%61lice/public"},
		"tricks":            {"demouser", "GET", "/alice/../alice/public", 404, ""},
		"more tricks":       {"demouser", "GET", "//alice/public", 404, ""},
	} {
		a := r.request(t, c.user, c.method, c.path, nil)
		if a.StatusCode != c.status || c.body != "" && a.body != c.body {
			t.Errorf("%s: %d %s", name, a.StatusCode, a.body)
		}
	}
	if a := r.request(t, "", "DELETE", "/alice/mine", nil); a.StatusCode != 401 {
		t.Errorf("who is not known is told of methods: %d", a.StatusCode)
	}
	if a := r.request(t, "", "GET", "/alice/public", nil, "Authorization: Bearer token-of-demouser"); a.body != "demouser asks /alice/public" {
		t.Errorf("with a token: %s", a.body)
	}
}

// A program that decides by core4's permissions is told them, even if the
// credential does not.
func TestPermissionsAreTold(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	for root, wants := range map[string]bool{"/wants": true, "/does-not": false} {
		var p *program
		p = listen(t, "admin", root, verified(&p, func(w http.ResponseWriter, _ *http.Request, c miniapp.Caller) {
			fmt.Fprint(w, strings.Contains(strings.Join(c.Permissions, " "), "app://join/alice"))
		}))
		p.reg.Apps[0].Permissions = wants
		join(t, nc, p, r)
		for _, path := range []string{"/mine/1", "/mine/2", "/public"} {
			if a := r.request(t, "", "GET", root+path, nil, "Authorization: Bearer token-of-alice"); a.body != fmt.Sprint(wants) {
				t.Errorf("%s: %s", root+path, a.body)
			}
		}
		if a := r.request(t, "", "GET", root+"/public", nil); a.body != "false" {
			t.Errorf("nobody has permissions: %s", a.body)
		}
	}
}

// What begins as HTTP may go on as something else.
func TestConnectionsMayChangeTheirProtocol(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	join(t, nc, listen(t, "admin", "/x", func(w http.ResponseWriter, _ *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		line, _ := rw.ReadString('\n')
		_, _ = io.WriteString(conn, "you said "+line)
	}), r)
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /x/public HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	in := bufio.NewReader(conn)
	resp, err := http.ReadResponse(in, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("%v, %v", resp, err)
	}
	_, _ = io.WriteString(conn, "hello\n")
	if got, err := in.ReadString('\n'); got != "you said hello\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestASessionOfABrowserWillDo(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	var p *program
	p = listen(t, "admin", "/x", verified(&p, func(w http.ResponseWriter, q *http.Request, c miniapp.Caller) {
		fmt.Fprintf(w, "%s with %s", c.Principal.Name, q.Header.Get("Cookie"))
	}))
	join(t, nc, p, r)
	w := httptest.NewRecorder()
	_, err := r.browsers.SignIn(w, httptest.NewRequest("POST", "/", nil), authapi.Resolved{
		Principal: who.Principal{ID: "u1", Name: "demouser", Method: who.MethodPassword}, Facts: who.Facts{User: "u1"}})
	if err != nil {
		t.Fatal(err)
	}
	cookie := w.Result().Cookies()[0]
	if a := r.request(t, "", "GET", "/x/mine/1", nil, "Cookie: "+cookie.Name+"="+cookie.Value+"; theirs=1; token=core4; heddle-visitor=v"); a.body != "demouser with theirs=1" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	a := r.request(t, "", "GET", "/x/mine/1?a=2", nil, "Accept: text/html")
	if a.StatusCode != 401 || !strings.Contains(a.body, "/auth/login?next=/x/mine/1?a=2") || strings.Contains(strings.Join(a.Header.Values("WWW-Authenticate"), ","), "Basic") {
		t.Errorf("a person who is not signed in: %d %v %s", a.StatusCode, a.Header, a.body)
	}
	if a := r.request(t, "", "POST", "/x/mine", nil, "Accept: text/html"); a.StatusCode != 401 || strings.Contains(a.body, "next=/x") {
		t.Errorf("what was sent once cannot be asked for again: %d %s", a.StatusCode, a.body)
	}
}

// A program whose own rules want somebody cannot find out who it is: people
// are led to where they sign in, and programs are told what it said.
func TestAProgramThatKnowsNobodyIsHelped(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	p := listen(t, "admin", "/x", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="core4"`)
		http.Error(w, "own words", http.StatusUnauthorized)
	})
	join(t, nc, p, r)
	for _, c := range []struct{ user, accept, want string }{
		{"", "text/html", "/auth/login?next=/x/public"}, {"", "application/json", "own words"}, {"demouser", "text/html", "own words"},
	} {
		a := r.request(t, c.user, "GET", "/x/public", nil, "Accept: "+c.accept)
		asked := strings.Contains(strings.Join(a.Header.Values("WWW-Authenticate"), ","), "Basic")
		if a.StatusCode != 401 || !strings.Contains(a.body, c.want) || asked != (c.want == "own words") {
			t.Errorf("%+v: %d %v %s", c, a.StatusCode, a.Header, a.body)
		}
	}
}

func TestPathsOfProgramsAreKnown(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	join(t, nc, listen(t, "admin", "/x", http.NotFound), r)
	for path, want := range map[string]bool{"/x": true, "/x/a?b=c": true, "/%78/a": true, "/xy": false, "/": false, "/auth": false, "%": false, "": false} {
		if r.Serves(path) != want {
			t.Errorf("%s: %v", path, !want)
		}
	}
}

func TestAProgramSeesNoSecrets(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	seen := make(chan http.Header, 1)
	join(t, nc, listen(t, "admin", "/x", func(_ http.ResponseWriter, q *http.Request) { seen <- q.Header }), r)
	r.request(t, "demouser", "GET", "/x/mine/1", nil, "Proxy-Authorization: Basic secret", "X-UNICORE-SecuritySession: secret", "Client-Cert: secret",
		"X-Balancer-Cert: secret", "Heddle-Caller: secret", "Heddle-Else: secret", "Connection: Heddle-Caller, X-Hop", "X-Hop: secret",
		"X-Forwarded-For: secret", "X-Forwarded-Prefix: secret", "Forwarded: for=secret", "X-Real-IP: secret", "Cookie: heddle=secret; __Host-heddle=secret; a=b",
		"X-Theirs: 1", "Accept-Language: cs")
	h := <-seen
	for name, values := range h {
		if strings.Contains(strings.Join(values, " "), "secret") || name == "Authorization" {
			t.Errorf("it sees %s: %v", name, values)
		}
	}
	for name, want := range map[string]string{"X-Theirs": "1", "Accept-Language": "cs", "Cookie": "a=b", "X-Forwarded-Proto": "http", "X-Forwarded-For": "127.0.0.1"} {
		if h.Get(name) != want {
			t.Errorf("%s is %q", name, h.Get(name))
		}
	}
	if len(h[miniapp.HeaderCaller]) != 1 || h.Get("X-Request-Id") == "" || !strings.HasPrefix(r.url, "http://"+h.Get("X-Forwarded-Host")) {
		t.Errorf("%v", h)
	}
}

func TestAnAnswerStaysInsideTheProgram(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	answer := func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for _, c := range []string{"heddle=x", "__Host-heddle=x", "heddle-visitor=x", "token=x", "a=1; Path=/", "b=2; Path=/x/deep; HttpOnly", "c=3; Domain=example.org", "bad"} {
			h.Add("Set-Cookie", c)
		}
		for _, name := range []string{"Clear-Site-Data", "Service-Worker-Allowed", "Strict-Transport-Security", "X-Request-Id", "Heddle-Caller", "X-Theirs"} {
			h.Set(name, "theirs")
		}
		w.WriteHeader(http.StatusTeapot)
	}
	join(t, nc, listen(t, "admin", "/x", answer), r)
	join(t, nc, listen(t, "alice", "/alice", answer), r)
	a := r.request(t, "", "GET", "/x/public", nil)
	var theirs []string
	for name, values := range a.Header {
		if strings.Contains(strings.Join(values, ""), "theirs") {
			theirs = append(theirs, name)
		}
	}
	if a.StatusCode != http.StatusTeapot || strings.Join(theirs, " ") != "X-Theirs" {
		t.Errorf("%d, and of its headers these pass: %v", a.StatusCode, theirs)
	}
	if got := strings.Join(a.Header.Values("Set-Cookie"), " | "); got != "a=1; Path=/x | b=2; Path=/x/deep; HttpOnly" {
		t.Errorf("it sets %s", got)
	}
	if got := a.Header.Get("Content-Security-Policy"); got != "" {
		t.Errorf("an operator's program is put into %s", got)
	}
	if got := r.request(t, "", "GET", "/alice/public", nil).Header.Get("Content-Security-Policy"); !strings.HasPrefix(got, "sandbox") || strings.Contains(got, "allow-same-origin") {
		t.Errorf("a user's program is put into %q", got)
	}
}

func TestBytesFlowAsTheyCome(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	more := make(chan string)
	join(t, nc, listen(t, "admin", "/x", func(w http.ResponseWriter, q *http.Request) {
		if q.Method == http.MethodPost {
			sum := sha256.New()
			n, _ := io.Copy(sum, q.Body)
			fmt.Fprintf(w, "%d %x", n, sum.Sum(nil))
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_ = http.NewResponseController(w).Flush()
		for text := range more {
			_, _ = io.WriteString(w, text)
			_ = http.NewResponseController(w).Flush()
		}
	}), r)
	large := strings.Repeat("0123456789abcdef", 1<<20)
	if a := r.request(t, "demouser", "POST", "/x/mine", strings.NewReader(large)); a.body != fmt.Sprintf("%d %x", len(large), sha256.Sum256([]byte(large))) {
		t.Errorf("of 16 MiB came %s", a.body)
	}
	resp, err := http.Get(r.url + "/x/public")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewReader(resp.Body)
	for n := range 3 { // each is there before the next one is sent
		text := fmt.Sprintf("data: %d\n", n)
		select {
		case more <- text:
		case <-time.After(10 * time.Second):
			t.Fatal("the program does not go on")
		}
		if got, err := lines.ReadString('\n'); got != text || err != nil {
			t.Fatalf("%q, %v", got, err)
		}
	}
	close(more)
	if rest, err := io.ReadAll(lines); len(rest) > 0 || err != nil {
		t.Errorf("at the end %q, %v", rest, err)
	}
}
