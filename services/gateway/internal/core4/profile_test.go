package core4_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestProfile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("alice", "a", "api://core4.api.v1.request.standard").Email = "alice@example.org"
	token := "Authorization: Bearer " + w.token("alice")
	get := func(header string) map[string]any {
		t.Helper()
		a := w.send("GET", base+"/profile", "", header)
		doc, ok := a.Data.(map[string]any)
		if a.Code != 200 || !ok {
			t.Fatalf("%d %s", a.Code, a.Body)
		}
		return doc
	}
	doc := get(token)
	if doc["name"] != "alice" || doc["email"] != "alice@example.org" || doc["is_active"] != true || len(doc["_id"].(string)) != 24 ||
		doc["token_expires"] != "2026-11-21T20:00:00.123456" || fmt.Sprint(doc["perm"]) != "[api://core4.api.v1.request.standard]" ||
		fmt.Sprint(doc["role_total"]) != "[]" || get(basic("alice", "a"))["token_expires"] != nil {
		t.Errorf("%v", doc)
	}
	w.send("GET", base+"/login", "", basic("alice", "a")) // to sign in is no change
	if later := get(token); later["etag"] != doc["etag"] || later["last_login"] == nil {
		t.Errorf("%v", later)
	}
	put := func(format string, args ...any) answer {
		return w.send("PUT", base+"/profile", fmt.Sprintf(format, args...), token)
	}
	if a := put(`{"realname":"Alice"}`); a.Code != 400 || !strings.Contains(a.Error, "Missing argument etag") {
		t.Errorf("no etag: %d %s", a.Code, a.Body)
	}
	if a := put(`{"etag":"x","realname":"Alice"}`); a.Code != 400 || !strings.Contains(a.Error, "with etag") {
		t.Errorf("a wrong etag: %d %s", a.Code, a.Body)
	}
	if a := put(`{"etag":%q,"email":" ALICE@example.org","name":"bob","perm":["cop"]}`, doc["etag"]); a.Code != 200 || a.Data != "no changes" {
		t.Errorf("nothing: %d %s", a.Code, a.Body)
	}
	a := put(`{"etag":%q,"realname":"Alice A.","passwd":"b"}`, doc["etag"])
	changed, _ := a.Data.(map[string]any)
	if a.Code != 200 || changed["realname"] != "Alice A." || changed["etag"] == doc["etag"] || w.users["alice"].password != "b" || a.Header().Get("Token") == "" {
		t.Errorf("%d %v %s", a.Code, a.Header(), a.Body)
	}
	if a := put(`{"etag":%q,"realname":"again"}`, doc["etag"]); a.Code != 400 {
		t.Errorf("the old etag: %d %s", a.Code, a.Body)
	}
	if page := w.send("GET", base+"/profile", "", token, browser); page.Code != 200 || !strings.Contains(page.Body.String(), "<h1>alice</h1>") {
		t.Errorf("page: %d %s", page.Code, page.Body)
	}
}
