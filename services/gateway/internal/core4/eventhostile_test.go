package core4_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4"
)

const notJSON = "error parsing json data"

func TestHostileFrames(t *testing.T) {
	t.Parallel()
	s := talk(t, natstest.Start(t), func(d *core4.Deps) { d.Channels.Frame = 64 << 10 })
	for name, tc := range map[string]struct {
		kind websocket.MessageType
		text string
		want websocket.StatusCode
	}{
		"too long": {websocket.MessageText, `"` + strings.Repeat("x", 64<<10), websocket.StatusMessageTooBig},
		"binary":   {websocket.MessageBinary, `{"type":"interest"}`, websocket.StatusUnsupportedData},
		"no UTF-8": {websocket.MessageText, "{\"type\":\"\xff\"}", websocket.StatusInvalidFramePayloadData},
	} {
		w := s.as("listener")
		if err := w.Write(t.Context(), tc.kind, []byte(tc.text)); err != nil && name != "too long" {
			t.Errorf("%s: %v", name, err)
		}
		w.ended(tc.want)
	}
	w := s.as("listener")
	w.says(strings.Repeat("[", 60_000), notJSON)
	w.says(strings.Repeat(`{"type":`, 7000)+"1"+strings.Repeat("}", 7000), `{"message":"unknown type","type":"error"}`)
	w.says(`{"type":"nothing","type":"message","text":NaN}`, notJSON)
	w.says(`{"type":"interest","data":[`+strings.Repeat(`"a",`, 10_000)+`"a"]}`,
		`{"data":["a"],"message":"processed interest in ['a']","type":"interest"}`)
	w.write(`{"type":"message","channel":"x\r\n\u0000.*>","text":"` + strings.Repeat(`<`, 60_000) + `"}`)
	if e := w.hears(); e.Channel != "x\r\n\x00.*>" || len(e.Data) != 60_000 {
		t.Errorf("%q with %d bytes", e.Channel, len(e.Data))
	}
}

// Who sends more than they read waits for themselves, and gets every answer.
func TestFlood(t *testing.T) {
	t.Parallel()
	s := talk(t, natstest.Start(t), func(d *core4.Deps) { d.Channels.Buffer = 1 })
	w := s.as("listener")
	const many = 5000
	go func() {
		for range many {
			if w.Write(t.Context(), websocket.MessageText, []byte("x")) != nil {
				return
			}
		}
	}()
	for i := range many {
		if got := w.next(); got != notJSON {
			t.Fatalf("answer %d is %s", i, got)
		}
	}
}

// Who does not read what others say is cut off, and told so; the others do not
// wait for them.
func TestSlowReader(t *testing.T) {
	t.Parallel()
	s := talk(t, natstest.Start(t), func(d *core4.Deps) { d.Channels.Buffer, d.Channels.Burst = 4, 100 })
	slow, quick := s.as("listener"), s.as("admin")
	slow.says(`{"type":"interest","data":["message"]}`, `{"data":["message"],"message":"processed interest in ['message']","type":"interest"}`)
	text := strings.Repeat("x", 15<<10)
	for range 60 { // 900 KiB, and the kernel keeps some 50 for such a client
		quick.write(fmt.Sprintf(`{"type":"message","channel":"message","text":%q}`, text))
		for answered, heard := false, false; !answered || !heard; {
			got := quick.next()
			answered, heard = answered || strings.Contains(got, "message_id"), heard || strings.Contains(got, `"_id"`)
		}
	}
	slow.ended(websocket.StatusTryAgainLater)
	quick.says(`{"type":"interest","data":[]}`, `{"data":[],"message":"processed interest in []","type":"interest"}`)
}

func TestWebsocketsOfAUserAreBounded(t *testing.T) {
	t.Parallel()
	s := talk(t, natstest.Start(t), func(d *core4.Deps) { d.Channels.Connections = 2 })
	first, _ := s.as("listener"), s.as("listener")
	token := s.token("listener")
	if _, code := s.dial("/event?token=" + token); code != 429 {
		t.Errorf("a third: %d", code)
	}
	s.as("admin")
	if err := first.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); ; { // the server hears of the end a moment later
		if w, _ := s.dial("/event?token=" + token); w != nil {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the place of one that is gone stays taken")
		}
	}
}

func TestPings(t *testing.T) {
	t.Parallel()
	nats := natstest.Start(t)
	s := talk(t, nats, func(d *core4.Deps) { d.Channels.Ping = 10 * time.Millisecond })
	pinged := make(chan bool, 100)
	ws, _, err := websocket.Dial(t.Context(), s.base+"/event?token="+s.token("listener"), &websocket.DialOptions{
		OnPingReceived: func(context.Context, []byte) bool { pinged <- true; return len(pinged) < 3 }})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.CloseNow()
	if _, _, err := ws.Read(t.Context()); err == nil || len(pinged) < 3 {
		t.Errorf("after %d pings, the last without an answer: %v", len(pinged), err)
	}
}

func TestAtTheEndOfTheGateway(t *testing.T) {
	t.Parallel()
	s := talk(t, natstest.Start(t))
	w := s.as("listener")
	close(s.closing)
	w.ended(websocket.StatusGoingAway)
}

// Credentials, origins and permissions of who comes in.
func TestWhoMayListen(t *testing.T) {
	t.Parallel()
	s := talk(t, natstest.Start(t), func(d *core4.Deps) { d.AllowOrigin = "https://*.example.org" })
	token := s.token("listener")
	s.add("half", "pw", "api://core4.api.v1.request.standard.event.EventHistoryHandler")
	sealed, own := `Cookie: token="sealed|`+token+`"`, "Origin: "+strings.Replace(strings.TrimSuffix(s.base, core4.Root), "ws", "http", 1)
	for name, tc := range map[string]struct {
		path    string
		headers []string
		want    int
	}{
		"bearer":                        {"", []string{"Authorization: Bearer " + token}, 101},
		"Basic":                         {"", []string{basic("listener", "pw")}, 101},
		"token":                         {"?token=" + token, nil, 101},
		"name and password":             {"?username=listener&password=pw", nil, 101},
		"cookie":                        {"", []string{sealed}, 101},
		"cookie from our page":          {"", []string{sealed, own}, 101},
		"token from another":            {"?token=" + token, []string{"Origin: https://hpc.example.org"}, 101},
		"cookie from another":           {"", []string{sealed, "Origin: https://hpc.example.org"}, 403},
		"Basic from another":            {"", []string{basic("listener", "pw"), "Origin: https://hpc.example.org"}, 403},
		"from one that is not allowed":  {"?token=" + token, []string{"Origin: https://example.com"}, 403},
		"from one that looks like ours": {"?token=" + token, []string{"Origin: https://a.example.org.evil.com"}, 403},
		"from nowhere":                  {"?token=" + token, []string{"Origin: null"}, 403},
		"nobody":                        {"", nil, 401},
		"a wrong token":                 {"?token=x", nil, 401},
		"without the permission":        {"", []string{basic("nobody", "none")}, 403},
		"with half of it":               {"", []string{basic("half", "pw")}, 403},
	} {
		if _, code := s.dial("/event"+tc.path, tc.headers...); code != tc.want {
			t.Errorf("%s: %d, want %d", name, code, tc.want)
		}
	}
	for name, a := range map[string]answer{
		"no websocket": s.send("GET", "/core4/api/v1/event", "", basic("listener", "pw")),
		"HEAD":         s.send("HEAD", "/core4/api/v1/event", "", basic("listener", "pw")),
	} {
		if a.Code != 426 {
			t.Errorf("%s: %d %s", name, a.Code, a.Body)
		}
	}
	if a := s.send("POST", "/core4/api/v1/event", "", basic("listener", "pw")); a.Code != 403 && a.Code != 405 {
		t.Errorf("POST: %d", a.Code)
	}
}

func TestPermissionsOfChannels(t *testing.T) {
	t.Parallel()
	s := talk(t, natstest.Start(t), func(d *core4.Deps) { d.ChannelPermissions = true })
	s.add("member", "pw", "api://core4.api.v1.request.standard.event", "app://channel/team")
	w, all := s.as("member"), s.as("admin")
	all.says(`{"type":"message","channel":"message","text":"to all"}`, `{"message":"OK, added interest in channel","message_id":"$ID","type":"interest"}`)
	w.says(`{"type":"interest","data":["team","message","TEAM2"]}`, `{"data":["team"],"message":"processed interest in ['team']","type":"interest"}`)
	w.says(`{"type":"message","channel":"message","text":"a"}`, `{"message":"you may not use channel [message]","message_id":null,"type":"error"}`)
	w.says(`{"type":"message","channel":"team","text":"a"}`, `{"message":"OK","message_id":"$ID","type":"send"}`)
	for filter, want := range map[string]int{`{"channel":"team"}`: 1, `{"channel":"message"}`: 0, `{}`: 0} {
		a := s.send("GET", "/core4/api/v1/event/history?filter="+filter, "", basic("member", "pw"))
		if rows, _ := a.Data.([]any); len(rows) != want {
			t.Errorf("%s: %s", filter, a.Body)
		}
	}
}

func TestWithoutNATSThereIsNoWebsocket(t *testing.T) {
	t.Parallel()
	nats := natstest.Start(t)
	s := talk(t, nats)
	w := s.as("listener")
	nats.Stop()
	w.says(`{"type":"message","channel":"message","text":"a"}`, `{"message":"the message could not be stored; try again","message_id":null,"type":"error"}`)
	if a := s.send("GET", "/core4/api/v1/event/history", "", basic("listener", "pw")); a.Code != 503 || json.Valid([]byte(a.Error)) {
		t.Errorf("%d %s", a.Code, a.Body)
	}
}

// Who says more than they may is told so, at each of their websockets, and
// nobody hears it; after a while they may again. Others are not kept from it.
func TestTooManyMessagesAreRefused(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64 // of the time
	s := talk(t, natstest.Start(t), func(d *core4.Deps) {
		now := d.Now()
		d.Channels.Rate, d.Channels.Burst, d.Now = 60, 2, func() time.Time { return now.Add(time.Duration(ahead.Load())) }
	})
	const say, first, ok = `{"type":"message","channel":"message","text":"x"}`,
		`{"message":"OK, added interest in channel","message_id":"$ID","type":"interest"}`, `{"message":"OK","message_id":"$ID","type":"send"}`
	const much = `{"message":"too many messages: you may send 60 a minute, and 2 at once; try again later","message_id":null,"type":"error"}`
	w := s.as("listener")
	w.says(say, first)
	w.says(say, ok)
	w.says(say, much)
	w.says(say, much)
	again := s.as("listener")
	again.says(say, much)
	other := s.as("admin")
	other.says(say, first)
	ahead.Store(int64(time.Second))
	again.says(say, first)
	again.says(say, much)
	a := s.send("GET", "/core4/api/v1/event/history", "", "Authorization: Bearer "+s.token("listener"))
	if !strings.Contains(a.Body.String(), `"total_count":4`) {
		t.Errorf("%s", a.Body)
	}
}
