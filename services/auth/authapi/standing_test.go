package authapi_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

var at = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func recorded(topic, typ, data string) es.Recorded {
	return es.Recorded{Topic: topic, Seq: 7, Time: at,
		Commit: es.Commit{Events: []es.Event{{ID: "c.0", Type: typ, Time: at, Data: json.RawMessage(data)}}}}
}

func TestWhatEventsRevoke(t *testing.T) {
	t.Parallel()
	month := at.Add(31 * 24 * time.Hour)
	for _, c := range []struct {
		topic, typ, data, facts string // no facts: nothing is revoked
		until                   time.Time
	}{
		{authapi.UserTopic("u1"), "auth.user.disabled.v1", `{}`, "user/u1", month},
		{authapi.UserTopic("u1"), "auth.user.group_left.v1", `{"group":"a"}`, "user/u1", month},
		{authapi.UserTopic("u1"), "auth.user.group_joined.v1", `{"group":"a"}`, "", month},
		{authapi.UserTopic("u1"), "auth.user.enabled.v1", `{}`, "", month},
		{authapi.ClientTopic("c1"), "auth.client.removed.v1", `{"id":"C.1"}`, "client/C.1", month},
		{authapi.ClientTopic("c1"), "auth.client.changed.v1", `{}`, "", month},
		{authapi.ClientTopic("c1"), "auth.client.changed.v1", `{"id":"C.1","narrowed":true}`, "client/C.1", month},
		{authapi.ClientTopic("c1"), "auth.client.secret_rotated.v1", `{"id":"C.1"}`, "client/C.1", month},
		{authapi.ClientTopic("c1"), "auth.client.secret_rotated.v1", `{"id":"C.1","old_until":"2026-11-21T12:00:00Z"}`, "client/C.1", month},
		{authapi.ClientTopic("c1"), "auth.client.secret_rotated.v1", `{"old_until":"2026-11-21T12:00:01Z"}`, "", month},
		{authapi.GroupTopic("g1"), "auth.group.changed.v1", `{"properties":["A"],"vo":"cms"}`, "", month},
		{authapi.GroupTopic("g1"), "auth.group.changed.v1", `{"vo":"new","narrowed":true,"name":"users","former_vo":"cms"}`, "group/users vo/cms", month},
		{authapi.GroupTopic("g1"), "auth.group.changed.v1", `{"vo":"new","narrowed":true,"name":"users"}`, "group/users vo/", month},
		{authapi.GrantTopic("u1", "g1"), "auth.grant.revoked.v1", `{"reason":"user"}`, "grant/g1", month},
		{authapi.GrantTopic("u1", "g1"), "auth.grant.refreshed.v1", `{"generation":2}`, "", month},
		{authapi.APIKeyTopic("u1", "k1"), "auth.apikey.revoked.v1", `{}`, "apikey/k1", month},
		{authapi.TokenTopic("u1", "t1"), "auth.token.revoked.v1", `{"expires":"2026-11-21T13:00:00Z"}`, "token/t1", at.Add(time.Hour + time.Minute)},
		{authapi.KeyTopic("00ff"), "auth.key.retired.v1", `{}`, "", month},
		{authapi.KeyTopic("00ff"), "auth.key.retired.v1", `{"compromised":true}`, "key/00ff", month},
	} {
		var want []authapi.Revocation
		for fact := range strings.FieldsSeq(c.facts) {
			want = append(want, authapi.Revocation{Fact: fact, After: 6, Until: c.until})
		}
		got, err := authapi.Revoked(recorded(c.topic, c.typ, c.data))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s %s: %+v, %v", c.typ, c.data, got, err)
		}
	}
}

func TestUnreadableRevocationsAreErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []es.Recorded{
		recorded("evt.auth.user.u1", "auth.user.disabled.v1", `{}`),
		recorded(authapi.UserTopic("u1"), "auth.user.disabled.v1", `[]`),
		recorded(authapi.ClientTopic("c1"), "auth.client.removed.v1", `{}`),
		recorded(authapi.GroupTopic("g1"), "auth.group.changed.v1", `{"narrowed":true}`),
		recorded(authapi.TokenTopic("u1", "t1"), "auth.token.revoked.v1", `{"expires":"soon"}`),
		{Topic: authapi.UserTopic("u1")},
	} {
		if got, err := authapi.Revoked(c); err == nil {
			t.Errorf("%+v means %+v", c, got)
		}
	}
}

func TestARevocationEndsWhatWasMadeBefore(t *testing.T) {
	t.Parallel()
	r := authapi.Revocation{Fact: "user/u1", After: 6}
	for _, c := range []struct {
		f    who.Facts
		ends bool
	}{
		{who.Facts{User: "u1", Position: 6}, true},
		{who.Facts{User: "u1", Position: 7}, false},
		{who.Facts{User: "u1"}, true},
		{who.Facts{User: "u2", Position: 6}, false},
		{who.Facts{Grant: "u1", Position: 6}, false},
	} {
		if got := r.Ends(c.f); got != c.ends {
			t.Errorf("%+v: %v", c.f, got)
		}
	}
}
