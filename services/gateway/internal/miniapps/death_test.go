package miniapps_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
)

func TestWhoIsNotHeardOfIsForgotten(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	a, b, nc := start(t, ns), start(t, ns), ns.Conn(t)
	p := listen(t, "alice", "/alice", func(w http.ResponseWriter, _ *http.Request) {})
	join(t, nc, p, a, b) // each replica hears of what one of them took
	stop := live(t, nc, p)
	time.AfterFunc(miniapp.Term+time.Second, stop)
	began := time.Now()
	eventually(t, "forgotten by both", func() bool { return a.instances("/alice")+b.instances("/alice") == 0 })
	if lived := time.Since(began); lived < miniapp.Term+time.Second || lived > 2*miniapp.Term+5*time.Second {
		t.Errorf("it lived %v, with a term of %v, and renewed for one second more", lived, miniapp.Term)
	}
	if got := a.request(t, "", "GET", "/alice/public", nil); got.StatusCode != 404 {
		t.Errorf("then its path is %d", got.StatusCode)
	}
	join(t, nc, p, a, b)
	if got := b.request(t, "", "GET", "/alice/public", nil); got.StatusCode != 200 {
		t.Errorf("when it is back: %d", got.StatusCode)
	}
}

// A request that is under way when its program dies gets an answer: when the
// connection breaks at once, else when the lease ends.
func TestRequestsUnderWayGetAnAnswer(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	for root, c := range map[string]struct {
		die    func(*program)
		status int
		code   string
	}{
		"/broken":  {func(p *program) { p.CloseClientConnections() }, 502, "app.broken"},
		"/hanging": {func(*program) {}, 503, "app.gone"},
	} {
		arrived := make(chan struct{}, 2)
		p := listen(t, "admin", root, func(_ http.ResponseWriter, q *http.Request) {
			_, _ = io.Copy(io.Discard, q.Body) // then the server notices that the client is gone
			arrived <- struct{}{}
			<-q.Context().Done()
		})
		join(t, nc, p, r)
		programs, pages := make(chan answer, 1), make(chan answer, 1)
		go func() { programs <- r.request(t, "admin", "POST", root+"/mine", strings.NewReader("x")) }()
		go func() {
			pages <- r.request(t, "admin", "POST", root+"/mine", strings.NewReader("x"), "Accept: text/html")
		}()
		<-arrived
		<-arrived
		c.die(p)
		a := <-programs
		if a.StatusCode != c.status || !strings.Contains(a.body, c.code) || a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", root, a.StatusCode, a.body)
		}
		a = <-pages
		if a.StatusCode != c.status || !strings.Contains(a.body, "<html") || !strings.Contains(a.body, "Test of admin") {
			t.Errorf("%s, a person: %d %s", root, a.StatusCode, a.body)
		}
	}
}

func TestAnAnswerThatBreaksOffIsNotTakenForWhole(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	join(t, nc, listen(t, "admin", "/x", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}), r)
	resp, err := http.Get(r.url + "/x/public")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err == nil {
		t.Errorf("it looks whole: %q", body)
	}
}

func TestSeveralInstancesShareTheRequests(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	says := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, q *http.Request) {
			body, _ := io.ReadAll(q.Body)
			_, _ = io.WriteString(w, text+string(body))
		}
	}
	first, second := listen(t, "alice", "/alice", says("first")), listen(t, "alice", "/alice", says("second"))
	for _, p := range []*program{first, second} {
		join(t, nc, p, r)
		defer live(t, nc, p)()
	}
	eventually(t, "both serve", func() bool { return r.instances("/alice") == 2 })
	seen := map[string]int{}
	for range 20 {
		seen[r.request(t, "", "GET", "/alice/public", nil).body]++
	}
	if seen["first"] != 10 || seen["second"] != 10 {
		t.Errorf("they get %v", seen)
	}
	first.CloseClientConnections()
	first.Close() // as a killed program: its lease goes on for a while
	for range 10 {
		if a := r.request(t, "", "GET", "/alice/public", nil); a.body != "second" {
			t.Errorf("the first one is gone, and a request gets %d %s", a.StatusCode, a.body)
		}
		if a := r.request(t, "demouser", "POST", "/alice/mine", strings.NewReader(" and all")); a.body != "second and all" {
			t.Errorf("the first one is gone, and a change gets %d %s", a.StatusCode, a.body)
		}
	}
	second.CloseClientConnections()
	second.Close()
	a := r.request(t, "", "GET", "/alice/public", nil)
	if a.StatusCode != 503 || !strings.Contains(a.body, "app.away") || a.Header.Get("Retry-After") == "" {
		t.Errorf("both are gone: %d %v %s", a.StatusCode, a.Header, a.body)
	}
}

// The newest version of a program serves alone, and the one before again if
// that dies.
func TestANewVersionTakesOver(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	old := listen(t, "alice", "/alice", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "old") })
	join(t, nc, old, r)
	defer live(t, nc, old)()
	next := listen(t, "alice", "/alice", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "new") })
	next.reg.Apps[0].Routes = append(next.reg.Apps[0].Routes, miniapp.Route{Pattern: "GET /more", Access: "public", Title: "more"})
	if _, err := send(t, nc, next.reg); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the new one serves", func() bool { return r.request(t, "", "GET", "/alice/more", nil).body == "new" })
	for range 5 {
		if a := r.request(t, "", "GET", "/alice/public", nil); a.body != "new" {
			t.Errorf("%d %s", a.StatusCode, a.body)
		}
	}
	next.reg.Leave = true
	if _, err := send(t, nc, next.reg); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the old one serves again", func() bool { return r.request(t, "", "GET", "/alice/public", nil).body == "old" })
}

// While NATS is away nobody can renew, and nobody is forgotten; what has lived
// through it goes on.
func TestAnOutageOfNATSForgetsNobody(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	inner := ns.Conn(t)
	r := startOn(t, inner)
	nc := ns.Conn(t)
	p := listen(t, "alice", "/alice", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") })
	join(t, nc, p, r)
	stop := live(t, nc, p)
	defer stop()
	ns.Stop()
	for end := time.Now().Add(miniapp.Term + 2*time.Second); time.Now().Before(end); {
		if a := r.request(t, "", "GET", "/alice/public", nil); a.body != "here" {
			t.Fatalf("without NATS: %d %s", a.StatusCode, a.body)
		}
	}
	ns.Begin(t)
	natstest.Connected(t, nc)
	natstest.Connected(t, inner)
	eventually(t, "it can register again", func() bool { _, err := send(t, nc, p.reg); return err == nil })
	other := listen(t, "demouser", "/demouser", http.NotFound)
	eventually(t, "others can register", func() bool { _, err := send(t, nc, other.reg); return err == nil && r.instances("/demouser") == 1 })
	if r.instances("/alice") != 1 {
		t.Error("it is forgotten")
	}
}

// What never reached its program may go to another one, whatever it is.
func TestWhatWasNotDeliveredGoesToAnother(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	dead := listen(t, "alice", "/alice", func(http.ResponseWriter, *http.Request) { t.Error("the dead one answers") })
	alive := listen(t, "alice", "/alice", func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		_, _ = w.Write(body)
	})
	join(t, nc, dead, r)
	join(t, nc, alive, r)
	eventually(t, "both serve", func() bool { return r.instances("/alice") == 2 })
	dead.Close()
	for range 2 { // one of which is the dead one's turn
		if a := r.request(t, "demouser", "POST", "/alice/mine", strings.NewReader("all of it")); a.body != "all of it" {
			t.Errorf("%d %s", a.StatusCode, a.body)
		}
	}
}
