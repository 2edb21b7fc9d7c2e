package rest_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/listen/listentest"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// served is a program that runs in a test.
type served struct {
	t    *testing.T
	line string // the ready line
	end  context.CancelFunc
	done chan error
}

// serve runs a program until the test ends; it fails if that does not start.
func serve(t *testing.T, args string, containers ...rest.Container) *served {
	t.Helper()
	ctx, end := context.WithCancel(context.Background())
	r, w := io.Pipe()
	s := &served{t: t, end: end, done: make(chan error, 1)}
	go func() {
		s.done <- rest.ServeContext(ctx, rest.ServeOptions{Name: "greeter", Args: strings.Fields(args), Out: w, Log: t.Output()}, containers...)
		w.Close()
	}()
	t.Cleanup(end)
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("%s: %v", args, <-s.done)
	}
	go func() { _, _ = io.Copy(io.Discard, r) }()
	s.line = strings.TrimSpace(line)
	return s
}

func (s *served) stop() {
	s.t.Helper()
	s.end()
	if err := <-s.done; err != nil {
		s.t.Errorf("it ended with %v", err)
	}
}

func text(pattern string, access who.Rule, body string) rest.Route {
	return rest.Raw(pattern, access, rest.Doc{Title: body}, func(w http.ResponseWriter, _ *http.Request) error {
		_, err := io.WriteString(w, body)
		return err
	})
}

func named(name, root string) rest.Container {
	return rest.Container{Name: name, Root: root, Title: name, Routes: []rest.Route{text("GET /", who.Public, "this is "+name)}}
}

func fetch(t *testing.T, url string) (int, string) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	resp, err := client.Get(url)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b)
}

// covers: C2-011 C2-012 C2-190 C2-193
func TestServesOneContainerOrSeveral(t *testing.T) {
	t.Parallel()
	host := listentest.Host()
	one := serve(t, "--address "+host+" --port 5002", named("a", "/a"))
	if want := "greeter is ready: http://" + host + ":5002/a/"; one.line != want {
		t.Errorf("it says %q, not %q", one.line, want)
	}
	one.stop()
	serve(t, "--address "+host+" --port 5003", named("a", "/a"), named("b", "/b"))
	for _, name := range []string{"a", "b"} {
		if code, body := fetch(t, "http://"+host+":5003/"+name+"/"); code != 200 || body != "this is "+name {
			t.Errorf("%s: %d %s", name, code, body)
		}
	}
}

// The command of core4's manual, word by word but the address.
//
// covers: C2-189 C2-191
func TestFilterChoosesContainersByName(t *testing.T) {
	t.Parallel()
	host := listentest.Host()
	serve(t, "--application --filter core4.api.v1.server --port 8080 --reuse-port --address "+host,
		named("core4.api.v1.server.CoreApiServer", "/in"), named("core4.api.v1.example.ExampleServer", "/out"))
	if code, _ := fetch(t, "http://"+host+":8080/in/"); code != 200 {
		t.Errorf("the chosen container: %d", code)
	}
	if code, _ := fetch(t, "http://"+host+":8080/out/"); code != 404 {
		t.Errorf("the other container: %d", code)
	}
	err := rest.ServeContext(t.Context(), rest.ServeOptions{Args: []string{"--filter", "x", "--filter=y"}}, named("a", "/a"))
	if err == nil || !strings.Contains(err.Error(), "--filter x,y chooses none") {
		t.Errorf("a filter that chooses nothing: %v", err)
	}
}

// covers: C2-188 C2-192
func TestEqualProgramsShareAPort(t *testing.T) {
	t.Parallel()
	host := listentest.Host()
	at := "--address " + host + " --port 5001"
	first, second := serve(t, at, named("a", "/a")), serve(t, at, named("b", "/a"))
	seen := map[string]bool{}
	for range 500 {
		_, body := fetch(t, "http://"+host+":5001/a/")
		if seen[body] = true; len(seen) == 2 {
			break
		}
	}
	if !seen["this is a"] || !seen["this is b"] {
		t.Errorf("of two programs these answered: %v", seen)
	}
	err := rest.ServeContext(t.Context(), rest.ServeOptions{Args: strings.Fields(at + " --reuse-port=false")}, named("c", "/c"))
	if err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("a third one that does not share: %v", err)
	}
	first.stop()
	second.stop()
}

func TestAPortThatIsNotSharedIsTaken(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", listentest.Host()+":5001")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	host, _, _ := net.SplitHostPort(l.Addr().String())
	err = rest.ServeContext(t.Context(), rest.ServeOptions{Args: []string{"--address", host}}, named("a", "/a"))
	if err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("it shares with who does not share: %v", err)
	}
}

func TestRequestsUnderWayEndBeforeTheProgram(t *testing.T) {
	t.Parallel()
	arrived, let := make(chan struct{}), make(chan struct{})
	c := rest.Container{Name: "slow", Root: "/slow", Routes: []rest.Route{rest.Raw("GET /", who.Public, rest.Doc{Title: "Slow"},
		func(w http.ResponseWriter, _ *http.Request) error {
			close(arrived)
			<-let
			_, err := io.WriteString(w, "done")
			return err
		})}}
	host := listentest.Host()
	s := serve(t, "--port 0 --address "+host, c)
	url := strings.Fields(s.line)[3]
	answer := make(chan string, 1)
	go func() { _, body := fetch(t, url); answer <- body }()
	<-arrived
	s.end()
	for { // no more connections are taken
		conn, err := net.Dial("tcp", strings.Split(url, "/")[2])
		if err != nil {
			break
		}
		conn.Close()
	}
	close(let)
	if body := <-answer; body != "done" {
		t.Errorf("the request under way got %q", body)
	}
	s.stop()
}

func TestRequestsThatTakeTooLongAreCutOff(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	c := rest.Container{Name: "slow", Root: "/slow", Routes: []rest.Route{rest.Raw("GET /", who.Public, rest.Doc{Title: "Slow"},
		func(_ http.ResponseWriter, r *http.Request) error {
			close(arrived)
			<-r.Context().Done()
			return r.Context().Err()
		})}}
	s := serve(t, "--port 0 --drain 20ms --address "+listentest.Host(), c)
	answer := make(chan int, 1)
	go func() { code, _ := fetch(t, strings.Fields(s.line)[3]); answer <- code }()
	<-arrived
	s.stop()
	if code := <-answer; code == 200 {
		t.Error("the request that never ends got an answer")
	}
}

func TestHooksAreCalledInOrder(t *testing.T) {
	t.Parallel()
	var calls []string
	hook := func(what string, err error) func(context.Context) error {
		return func(context.Context) error { calls = append(calls, what); return err }
	}
	a, b, c := named("a", "/a"), named("b", "/b"), named("c", "/c")
	a.OnEnter, a.OnExit, b.OnEnter, b.OnExit = hook("enter a", nil), hook("exit a", nil), hook("enter b", nil), hook("exit b", nil)
	serve(t, "--port 0 --address "+listentest.Host(), a, b, c).stop()
	if got := strings.Join(calls, ", "); got != "enter a, enter b, exit b, exit a" {
		t.Error(got)
	}
	calls, b.OnEnter = nil, hook("enter b", errors.New("no database"))
	err := rest.ServeContext(t.Context(), rest.ServeOptions{Args: []string{"--port=0"}}, a, b, c)
	if got := strings.Join(calls, ", "); got != "enter a, enter b, exit a" || err == nil || !strings.Contains(err.Error(), "container b: no database") {
		t.Errorf("%s: %v", got, err)
	}
}

func TestWrongCommandLines(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"--address here": "address", "--port -1": "port", "--port 65536": "port", "--port x": "whole number", "--nonsense": "nonsense",
		"more": `"more"`, "--join nats://127.0.0.1:1": "HEDDLE_TOKEN", "--issuer ftp://x": "issuer", "--drain -1s": "drain",
		"--announce http://example.org:1 ": "announce", "--log-level loud": "log-level", "--log-format xml": "log-format",
	} {
		err := rest.ServeContext(t.Context(), rest.ServeOptions{Args: strings.Fields(args)}, named("a", "/a"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", args, err)
		}
	}
}

func TestHelpHasExamples(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := rest.ServeContext(t.Context(), rest.ServeOptions{Name: "greeter", Args: []string{"--help"}, Out: &out}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"--port", "HEDDLE_JOIN", "--reuse-port", "--join nats://127.0.0.1:4222", "Examples:"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the help does not say %s:\n%s", want, &out)
		}
	}
}
