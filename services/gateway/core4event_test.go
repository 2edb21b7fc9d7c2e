package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// Websockets at two real gateways: what one accepts reaches the clients of the
// other, the queue is told as each may see it, and a websocket ends with its
// credential.
func TestCore4Event(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := core4Gateway(t, h, nil)
	const event = `"api://core4.api.v1.request.standard.event"`
	ids := map[string]core4Document{}
	for name, perms := range map[string]string{
		"worker": event + `,"job://core4.demo.job/x","api://core4.api.v1.request.job"`, "stranger": event,
	} {
		ids[name] = c.admin("POST", "", fmt.Sprintf(`{"name":%q,"email":%q,"passwd":"%s-pw","perm":[%s]}`, name, name+"@example.org", name, perms))
	}
	worker := c.who("worker")
	here, there := c.socket("worker"), h.client.as("", "").socket("stranger")
	for _, s := range []*socket{here, there} {
		s.send(`{"type":"interest","data":["queue","message"]}`)
		s.until("processed interest")
	}
	here.send(`{"type":"message","channel":"message","text":"good morning"}`)
	if got := there.until(`"_id"`); !strings.Contains(got, `"author":"worker"`) || !strings.Contains(got, "good morning") {
		t.Error(got)
	}
	job := worker.enqueue("Sleep", `{"event":1}`)
	row := `{"killed":false,"n":1,"name":"%s","progress":0,"removed":false,"state":"running","wall":false,"zombie":false}`
	here.until(`"data":[` + fmt.Sprintf(row, "core4.demo.job.Sleep") + `]`)
	there.until(`"data":[` + fmt.Sprintf(row, "UnauthorizedJob") + `]`)
	worker.data(new(bool), "PUT", "/job/kill/"+job, "")
	here.until(`"name":"core4.demo.job.Sleep","progress":1,"removed":false,"state":"killed"`)
	for _, got := range there.heard {
		if strings.Contains(got, "core4.demo") || strings.Contains(got, job) {
			t.Errorf("who may not see it hears %s", got)
		}
	}
	worker.data(new(bool), "PUT", "/job/remove/"+job, "")
	here.until(`"remove_job"`)
	told := []string{}
	for _, got := range here.heard {
		var e struct {
			ID            string `json:"_id"`
			Name, Channel string
			Data          struct {
				ID    string `json:"_id"`
				Queue map[string]int
			}
		}
		if json.Unmarshal([]byte(got), &e) == nil && e.Data.ID == job {
			told = append(told, e.Name)
			if len(e.ID) != 24 || e.Channel != "queue" || e.Data.Queue == nil {
				t.Errorf("%s", got)
			}
		}
	}
	want := "[enqueue_job request_start_job start_job request_kill_job kill_job remove_job]"
	if fmt.Sprint(told) != want {
		t.Errorf("of the job it hears %v", told)
	}
	var rows []struct{ Author, Data string }
	if c.as("stranger", "stranger-pw").data(&rows, "GET", "/event/history", ""); len(rows) != 1 || rows[0].Data != "good morning" {
		t.Errorf("%+v", rows)
	}
	now := c.admin("GET", "/"+ids["stranger"].ID, "")
	c.admin("PUT", "/"+now.ID, fmt.Sprintf(`{"etag":%q,"is_active":false}`, now.Etag))
	there.ended(websocket.StatusPolicyViolation)
	here.send(`{"type":"message","channel":"message","text":"still here"}`)
	here.until("still here")
}

// socket is a websocket of a user at a gateway.
type socket struct {
	t     *testing.T
	ws    *websocket.Conn
	heard []string
}

func (c *client) socket(name string) *socket {
	c.t.Helper()
	token := c.token(name, name+"-pw")
	ws, _, err := websocket.Dial(c.t.Context(), "ws"+strings.TrimPrefix(c.base, "http")+"/core4/api/v1/event?token="+token, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = ws.CloseNow() })
	return &socket{t: c.t, ws: ws}
}

func (s *socket) send(text string) {
	s.t.Helper()
	if err := s.ws.Write(s.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		s.t.Fatal(err)
	}
}

// next is the next frame, or why there is none.
func (s *socket) next() (string, error) {
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	_, b, err := s.ws.Read(ctx)
	s.heard = append(s.heard, string(b))
	return string(b), err
}

// until reads to a frame that has a text.
func (s *socket) until(text string) string {
	s.t.Helper()
	for {
		got, err := s.next()
		if err != nil {
			s.t.Fatalf("%v before %s; heard %q", err, text, s.heard)
		}
		if strings.Contains(got, text) {
			return got
		}
	}
}

func (s *socket) ended(want websocket.StatusCode) {
	s.t.Helper()
	for {
		_, err := s.next()
		var end websocket.CloseError
		switch {
		case errors.As(err, &end) && end.Code == want:
			return
		case err != nil:
			s.t.Fatalf("the end is %v, want %d", err, want)
		}
	}
}
