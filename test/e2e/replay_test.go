package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

// A recording is a list of scenes ("=== title") of exchanges: lines of the
// request ("> …"), then of the answer ("< …"). {name} stands for what differs
// from run to run; the first answer that has it says what it is. Of a JSON
// answer, only what the client looks at is written down.
type exchange struct{ scene, request, answer string }

func recording(t *testing.T, path string) []exchange {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []exchange
	var scene string
	for block := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n\n") {
		e := exchange{}
		for line := range strings.SplitSeq(block, "\n") {
			mark, rest, _ := strings.Cut(line, " ")
			switch mark {
			case "===":
				scene = rest
			case ">":
				e.request += rest + "\n"
			case "<":
				e.answer += rest + "\n"
			default:
				t.Fatalf("%s: %q has no mark", path, line)
			}
		}
		e.scene, e.request, e.answer = scene, strings.TrimSuffix(e.request, "\n"), strings.TrimSuffix(e.answer, "\n")
		out = append(out, e)
	}
	return out
}

// replay plays a recording; known is what {names} mean.
type replay struct {
	client *stage.Client
	known  map[string]string
}

// play sends the request until the answer is as recorded; only what changes
// nothing is sent more than once, as the client did when it waited.
func (r *replay) play(t *testing.T, e exchange) {
	t.Helper()
	timeout, again := time.After(30*time.Second), time.NewTicker(20*time.Millisecond)
	defer again.Stop()
	for {
		request := r.fill(e.request)
		head, body, _ := strings.Cut(request, "\n\n")
		lines := strings.Split(head, "\n")
		method, path, _ := strings.Cut(lines[0], " ")
		resp, got := raw(t, r.client, method, path, strings.NewReader(body), lines[1:]...)
		err := r.matches(e.answer, resp, got)
		if err == nil {
			return
		}
		select {
		case <-again.C:
			if method == http.MethodGet {
				continue
			}
		case <-timeout:
		}
		t.Fatalf("%s\n-> %s %.500s\n%v", request, resp.Status, got, err)
	}
}

func (r *replay) fill(text string) string {
	for name, value := range r.known {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

func (r *replay) matches(want string, resp *http.Response, body string) error {
	head, wantBody, hasBody := strings.Cut(want, "\n\n")
	lines := strings.Split(head, "\n")
	if got := fmt.Sprint(resp.StatusCode); got != lines[0] {
		return fmt.Errorf("status %s, want %s", got, lines[0])
	}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		if value == "{session}" {
			delete(r.known, "session") // clients go on with the newest
		}
		if got := resp.Header.Get(name); !r.same(value, got) {
			return fmt.Errorf("%s is %q, want %q", name, got, r.fill(value))
		}
	}
	var w, g any
	switch {
	case !hasBody:
		return nil
	case json.Unmarshal([]byte(wantBody), &w) != nil:
		if !r.same(wantBody, body) {
			return fmt.Errorf("body %q, want %q", body, wantBody)
		}
		return nil
	case json.Unmarshal([]byte(body), &g) != nil:
		return fmt.Errorf("no JSON: %q", body)
	}
	return r.within("", w, g)
}

var placeholder = regexp.MustCompile(`\\\{([a-z]+[0-9]*)\\\}`)

// same compares texts and learns what an unknown {name} means.
func (r *replay) same(want, got string) bool {
	pattern := placeholder.ReplaceAllString(regexp.QuoteMeta(r.fill(want)), `(?P<$1>[A-Za-z0-9_-]+)`)
	re := regexp.MustCompile("^" + pattern + "$")
	m := re.FindStringSubmatch(got)
	for i := 1; i < len(m); i++ {
		r.known[re.SubexpNames()[i]] = m[i]
	}
	return m != nil
}

// within finds all of want in got, which may hold more.
func (r *replay) within(at string, want, got any) error {
	switch want := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for key, w := range want {
			if err := r.within(at+"/"+key, w, g[key]); err != nil {
				return err
			}
		}
		if g == nil {
			return fmt.Errorf("%s is %v, want an object", at, got)
		}
	case []any:
		g, ok := got.([]any)
		for _, w := range want {
			if !contains(r, w, g) {
				return fmt.Errorf("%s is %v, want %v in it", at, got, w)
			}
		}
		if !ok {
			return fmt.Errorf("%s is %v, want a list", at, got)
		}
	case string:
		if g, ok := got.(string); !ok || !r.same(want, g) {
			return fmt.Errorf("%s is %v, want %q", at, got, r.fill(want))
		}
	default:
		if want != got {
			return fmt.Errorf("%s is %v, want %v", at, got, want)
		}
	}
	return nil
}

func contains(r *replay, want any, list []any) bool {
	for _, got := range list {
		if r.within("", want, got) == nil {
			return true
		}
	}
	return false
}
