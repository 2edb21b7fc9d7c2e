package core4_test

import (
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/channel"
)

// Every row of the table of section 7.3, and what stands between them.
func TestFramesOfAWebsocket(t *testing.T) {
	t.Parallel()
	s := talk(t, natstest.Start(t), func(d *core4.Deps) { d.Channels.Channels = 3 })
	malformed := `{"message":"malformed message","message_id":null,"type":"error"}`
	unknown := `{"message":"unknown type","type":"error"}`
	w := s.as("listener")
	for _, tc := range []struct{ text, want string }{
		{`{"type":"interest","data":[" Message","OTHER ",7,null,"","other"]}`,
			`{"data":["message","other"],"message":"processed interest in ['message', 'other']","type":"interest"}`},
		{`{"type":"interest"}`, `{"data":[],"message":"processed interest in []","type":"interest"}`},
		{`{"type":"interest","data":"message"}`, `{"message":"parameter [data] expected a list of channels","type":"error"}`},
		{`{"type":"interest","data":["a","b","c","d"]}`, `{"message":"at most 3 channels, with names of at most 100 bytes","type":"error"}`},
		{`{"type":"interest","data":["` + strings.Repeat("x", 101) + `"]}`, `{"message":"at most 3 channels, with names of at most 100 bytes","type":"error"}`},
		{`{"type":"message","channel":"message","text":"hello"}`, `{"message":"OK, added interest in channel","message_id":"$ID","type":"interest"}`},
		{`{"type":"message","channel":"Message ","text":"hello"}`, `{"message":"OK","message_id":"$ID","type":"send"}`},
		{`{"type":"message","channel":"message"}`, malformed},
		{`{"type":"message","text":"hello"}`, malformed},
		{`{"type":"message","channel":7,"text":"hello"}`, malformed},
		{`{"type":"message","channel":"message","text":""}`, malformed},
		{`{"type":"message","channel":"` + strings.Repeat("x", 101) + `","text":"a"}`,
			`{"message":"the channel has more than 100 bytes","message_id":null,"type":"error"}`},
		{`{"type":"message","channel":"a","text":"a"}`, `{"message":"OK, added interest in channel","message_id":"$ID","type":"interest"}`},
		{`{"type":"message","channel":"b","text":"a"}`, `{"message":"OK, added interest in channel","message_id":"$ID","type":"interest"}`},
		{`{"type":"message","channel":"c","text":"a"}`, `{"message":"you listen to 3 channels already","message_id":null,"type":"error"}`},
		{`{"type":"subscribe"}`, unknown}, {`{"type":7}`, unknown}, {`{}`, unknown}, {`[1]`, unknown}, {`null`, unknown}, {`"interest"`, unknown},
		{`hello`, "error parsing json data"}, {``, "error parsing json data"}, {`{"type":"message"`, "error parsing json data"},
	} {
		w.says(tc.text, tc.want)
	}
}

// What one gateway accepts reaches the clients of another, and who is not
// interested hears nothing; the history is the same at both.
func TestTwoGateways(t *testing.T) {
	t.Parallel()
	nats := natstest.Start(t)
	here, there := talk(t, nats), talk(t, nats)
	a, b := here.as("listener"), there.as("admin")
	const processed = `{"data":["message"],"message":"processed interest in ['message']","type":"interest"}`
	b.says(`{"type":"interest","data":["message"]}`, processed)
	const said, more = `{"message":"OK, added interest in channel","message_id":"$ID","type":"interest"}`, `{"message":"OK","message_id":"$ID","type":"send"}`
	a.says(`{"type":"message","channel":"elsewhere","text":"psst"}`, said)
	first := a.says(`{"type":"message","channel":"message","text":"<h\u00e9llo> \u0000"}`, said)
	second := a.says(`{"type":"message","channel":"message","text":"again"}`, more)
	for _, want := range []channel.Event{
		{ID: first, Name: "message", Author: "listener", Channel: "message", Created: "2026-11-21T12:00:00.123456", Data: "<héllo> \x00"},
		{ID: second, Name: "message", Author: "listener", Channel: "message", Created: "2026-11-21T12:00:00.123456", Data: "again"},
	} {
		if got := b.hears(); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	b.says(`{"type":"interest","data":["mark"]}`, `{"data":["mark"],"message":"processed interest in ['mark']","type":"interest"}`)
	a.says(`{"type":"message","channel":"message","text":"nobody listens"}`, more)
	mark := a.says(`{"type":"message","channel":"mark","text":"now"}`, said)
	if got := b.hears(); got.ID != mark {
		t.Errorf("who does not listen hears %+v", got)
	}
	for _, s := range []*talking{here, there} {
		pages(t, s, first, second)
	}
}

func pages(t *testing.T, s *talking, first, second string) {
	header := "Authorization: Bearer " + s.token("listener")
	ids := func(query string) (list []string) {
		t.Helper()
		a := s.send("GET", "/core4/api/v1/event/history"+query, "", header)
		rows, _ := a.Data.([]any)
		for _, r := range rows {
			list = append(list, r.(map[string]any)["_id"].(string))
		}
		return list
	}
	if got := ids(""); len(got) != 3 || got[1] != second || got[2] != first {
		t.Errorf("the newest first: %v", got)
	}
	if got := ids("?per_page=1&page=1"); len(got) != 1 || got[0] != second {
		t.Errorf("the second: %v", got)
	}
	for query, want := range map[string]int{
		`?filter={"data":"again"}`: 1, `?filter={"channel":"elsewhere"}`: 1, `?filter={"author":"admin"}`: 0,
		`?filter={"channel":{"$in":["elsewhere","message"]}}`: 4,
	} {
		if got := ids(query); len(got) != want {
			t.Errorf("%s: %v", query, got)
		}
	}
	a := s.send("POST", "/core4/api/v1/event/history", `{"per_page":2,"filter":{"author":"listener"}}`, header, "Content-Type: application/json")
	if rows, _ := a.Data.([]any); a.Code != 200 || len(rows) != 2 || !strings.Contains(a.Body.String(), `"total_count":3`) {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	for _, bad := range []string{"?per_page=0", "?filter={", `?filter={"name":1}`, "?page=x", `?filter={"data":{"$where":1}}`} {
		if a := s.send("GET", "/core4/api/v1/event/history"+bad, "", header); a.Code != 400 {
			t.Errorf("%s: %d %s", bad, a.Code, a.Body)
		}
	}
}
