package core4_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// office is somebody at work on users and roles.
type office struct {
	*world
	as string
}

func (o office) send(method, path string, body map[string]any) answer {
	o.t.Helper()
	text := ""
	if body != nil {
		b, _ := json.Marshal(body)
		text = string(b)
	}
	return o.world.send(method, base+"/roles"+path, text, o.as)
}

// ok wants a document.
func (o office) ok(method, path string, body map[string]any) map[string]any {
	o.t.Helper()
	a := o.send(method, path, body)
	doc, ok := a.Data.(map[string]any)
	if a.Code != 200 || !ok {
		o.t.Fatalf("%s %s: %d %s", method, path, a.Code, a.Body)
	}
	return doc
}

type body = map[string]any

// covers: C2-025
func TestRolesLife(t *testing.T) {
	t.Parallel()
	o := office{newWorld(t), basic("admin", "hans")}
	readers := o.ok("POST", "", body{"name": "readers", "perm": []string{"api://core4.api.v1.request.queue", "api://a"}})
	if readers["is_active"] != true || len(readers["_id"].(string)) != 24 || len(readers["etag"].(string)) != 24 || fmt.Sprint(readers["role"]) != "[]" {
		t.Errorf("%v", readers)
	}
	writers := o.ok("POST", "", body{"name": "writers", "realname": "Who writes", "role": []string{"readers", "readers"}, "is_active": "no"})
	if fmt.Sprint(writers["role"]) != "[readers]" || writers["is_active"] != false {
		t.Errorf("%v", writers)
	}
	path := "/" + writers["_id"].(string)
	if got := o.ok("GET", path, nil); got["etag"] != writers["etag"] || got["perm_total"] == nil || got["role_total"] == nil {
		t.Errorf("%v", got)
	}
	if a := o.send("PUT", path, body{"etag": writers["etag"], "realname": "Who writes", "perm_total": "x"}); a.Data != "no changes" {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	changed := o.ok("PUT", path, body{"etag": writers["etag"], "perm": []string{"job://x/x"}, "is_active": true})
	if changed["etag"] == writers["etag"] || changed["realname"] != "Who writes" || fmt.Sprint(changed["perm"]) != "[job://x/x]" {
		t.Errorf("%v", changed)
	}
	for _, del := range []string{path, path + "?etag=" + writers["etag"].(string), path + "/x"} {
		if a := o.send("DELETE", del, nil); a.Code != 400 || !strings.Contains(a.Error, "with etag") {
			t.Errorf("%s: %d %s", del, a.Code, a.Body)
		}
	}
	if a := o.send("DELETE", "/"+readers["_id"].(string)+"/"+readers["etag"].(string), nil); a.Code != 200 || a.Data != true {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	if got := o.ok("GET", path, nil); fmt.Sprint(got["role"]) != "[]" {
		t.Errorf("what is gone is still referred to: %v", got)
	}
	if a := o.send("GET", "/"+readers["_id"].(string), nil); a.Code != 404 {
		t.Errorf("%d", a.Code)
	}
}

func TestUsersLife(t *testing.T) {
	t.Parallel()
	o := office{newWorld(t), basic("admin", "hans")}
	o.ok("POST", "", body{"name": "r1"})
	made := o.ok("POST", "", body{"name": "alice", "email": " Alice@Example.org", "passwd": "secret", "realname": "Alice", "role": []string{"r1"}, "perm": []string{"app://x"}})
	if made["email"] != "alice@example.org" || made["realname"] != "Alice" || fmt.Sprint(made["role"]) != "[r1]" || len(o.resets) != 0 || made["password"] != nil {
		t.Errorf("%v", made)
	}
	if a := o.world.send("GET", base+"/login", "", basic("alice", "secret")); a.Code != 200 {
		t.Errorf("she signs in: %d", a.Code)
	}
	o.ok("POST", "", body{"name": "bob", "email": "bob@example.org"})
	if !slices.Equal(o.resets, []string{"bob@example.org"}) || o.users["bob"].password == "" {
		t.Errorf("invited: %v", o.resets)
	}
	path := "/" + made["_id"].(string)
	changed := o.ok("PUT", path, body{"etag": made["etag"], "is_active": false, "passwd": "new", "perm": []string{}})
	if changed["is_active"] != false || o.users["alice"].password != "new" || fmt.Sprint(changed["perm"]) != "[]" {
		t.Errorf("%v", changed)
	}
	back := o.ok("PUT", path, body{"etag": changed["etag"], "is_active": true})
	if a := o.send("DELETE", path+"?etag="+back["etag"].(string), nil); a.Data != true || !o.users["alice"].Disabled || len(o.users["alice"].RoleNames) != 0 {
		t.Errorf("%d %s", a.Code, a.Body)
	}
}

func TestRolesRefuse(t *testing.T) {
	t.Parallel()
	o := office{newWorld(t), basic("admin", "hans")}
	role := o.ok("POST", "", body{"name": "r1"})
	user := o.ok("POST", "", body{"name": "alice", "email": "alice@example.org", "passwd": "secret"})
	r, u := "/"+role["_id"].(string), "/"+user["_id"].(string)
	for name, tc := range map[string]struct {
		a    answer
		code int
		text string
	}{
		"no name":            {o.send("POST", "", body{"realname": "x"}), 400, "Missing argument name"},
		"name of a role":     {o.send("POST", "", body{"name": "r1"}), 400, "name or email exists"},
		"name of a user":     {o.send("POST", "", body{"name": "alice"}), 400, "name or email exists"},
		"a used address":     {o.send("POST", "", body{"name": "x", "email": "ALICE@example.org"}), 400, "name or email exists"},
		"passwd alone":       {o.send("POST", "", body{"name": "x", "passwd": "y"}), 400, "user role requires email on creation"},
		"unknown role":       {o.send("POST", "", body{"name": "x", "role": []string{"none"}}), 404, "role [none] not found"},
		"bad permission":     {o.send("POST", "", body{"name": "x", "perm": []string{"bad://x"}}), 400, "invalid permission protocol [bad://x]"},
		"no list":            {o.send("POST", "", body{"name": "x", "perm": "api://x"}), 400, "parameter [perm] expected as_type [list]"},
		"no bool":            {o.send("POST", "", body{"name": "x", "is_active": 1}), 400, "parameter [is_active] expected as_type [bool]"},
		"PUT without etag":   {o.send("PUT", r, body{"realname": "x"}), 400, "Missing argument etag"},
		"PUT with old etag":  {o.send("PUT", r, body{"etag": user["etag"], "realname": "x"}), 400, "with etag"},
		"a role's password":  {o.send("PUT", r, body{"etag": role["etag"], "passwd": "x"}), 400, "user role requires email and password"},
		"a user's no email":  {o.send("PUT", u, body{"etag": user["etag"], "email": ""}), 400, "user role requires email and password"},
		"a user's name":      {o.send("PUT", u, body{"etag": user["etag"], "name": "bob"}), 400, "keeps the name"},
		"no id":              {o.send("GET", "/xyz", nil), 400, "failed to parse ObjectId"},
		"an id of core4's":   {o.send("GET", "/5be13b56de8b69468b7ff0b2", nil), 404, "There is no such user or role"},
		"no id's number":     {o.send("GET", "/000000000000000000000000", nil), 404, ""},
		"a digit too few":    {o.send("GET", "/5be13b56de8b69468b7ff0b", nil), 400, "failed to parse ObjectId"},
		"unknown":            {o.send("GET", "/000000000000000000000001", nil), 404, ""},
		"unknown PUT":        {o.send("PUT", "/000000000000000000000001", body{"etag": "x"}), 404, ""},
		"unknown DELETE":     {o.send("DELETE", "/000000000000000000000001/x", nil), 404, ""},
		"DELETE of all":      {o.send("DELETE", "", nil), 400, "failed to parse ObjectId"},
		"page size":          {o.send("GET", "?per_page=0", nil), 400, "per_page"},
		"a huge page":        {o.send("GET", "?per_page=1001", nil), 400, "per_page"},
		"sort":               {o.send("GET", "?sort=password", nil), 400, "sort"},
		"order":              {o.send("GET", "?order=2", nil), 400, "order"},
		"filter for secrets": {o.send("GET", `?filter={"password":"x"}`, nil), 400, "no field"},
		"filter with code":   {o.send("GET", `?filter={"$where":"1"}`, nil), 400, "no field"},
		"filter, operator":   {o.send("GET", `?filter={"name":{"$regex":"x"}}`, nil), 400, "no operator"},
		"filter, pattern":    {o.send("GET", `?filter={"name":"("}`, nil), 400, "no regular expression"},
		"filter, syntax":     {o.send("GET", `?filter={`, nil), 400, "no JSON"},
	} {
		if tc.a.Code != tc.code || !strings.Contains(tc.a.Error, tc.text) {
			t.Errorf("%s: %d %s", name, tc.a.Code, tc.a.Body)
		}
	}
}

func TestRolesAreListed(t *testing.T) {
	t.Parallel()
	o := office{newWorld(t), basic("admin", "hans")}
	for _, name := range []string{"r1", "r2", "r3"} {
		o.ok("POST", "", body{"name": name, "realname": "Role " + name, "perm": []string{"api://" + name}})
	}
	first := o.ok("POST", "", body{"name": "r4", "role": []string{"r1"}})
	for query, want := range map[string]string{
		"sort=name":                                                     "admin nobody r1 r2 r3 r4",
		"sort=name&order=-1&per_page=2":                                 "r4 r3",
		"sort=name&per_page=2&page=1":                                   "r1 r2",
		"sort=name&per_page=4&page=-1":                                  "r3 r4",
		"page=9":                                                        "",
		"sort=name&filter=ROLE":                                         "r1 r2 r3",
		"sort=name&filter=api:":                                         "r1 r2 r3",
		`sort=name&filter={"name":"r1"}`:                                "r1",
		`sort=name&filter={"name":"r."}`:                                "r1 r2 r3 r4",
		`sort=name&filter={"name":{"$in":["r1","r3"]}}`:                 "r1 r3",
		`sort=name&filter={"name":{"$ne":"r1"},"perm":"api://.+"}`:      "r2 r3",
		`sort=name&filter={"$or":[{"name":"r1"},{"name":"admin"}]}`:     "admin r1",
		`sort=name&filter={"is_active":true,"$and":[{"name":"adm.*"}]}`: "admin",
	} {
		name, value, _ := strings.Cut(query, "filter=")
		if value != "" {
			name += "filter=" + url.QueryEscape(value)
		}
		a := o.send("GET", "?"+name, nil)
		rows, _ := a.Data.([]any)
		var names []string
		for _, row := range rows {
			names = append(names, row.(map[string]any)["name"].(string))
		}
		if got := strings.Join(names, " "); a.Code != 200 || got != want {
			t.Errorf("%s: %d %s", query, a.Code, got)
		}
	}
	a := o.send("GET", "?sort=name&per_page=4", nil)
	if !strings.Contains(a.Body.String(), `"total_count":6,"page_count":2,"page":0,"per_page":4,"count":4}`) {
		t.Errorf("%s", a.Body)
	}
	a = o.send("GET", `?filter=r4`, nil)
	if row := a.Data.([]any)[0].(map[string]any); fmt.Sprint(row["role"]) == "[r1]" || len(row["role"].([]any)) != 1 || row["etag"] == nil || first["etag"] == nil {
		t.Errorf("a row tells roles by name: %v", row)
	}
	if page := o.world.send("GET", base+"/roles", "", o.as, browser); page.Code != 200 || !strings.Contains(page.Body.String(), "<td>r1</td><td>Role r1</td>") {
		t.Errorf("page: %d %s", page.Code, page.Body)
	}
	if a := o.send("GET", "/distinct", nil); fmt.Sprint(a.Data) != "[admin nobody r1 r2 r3 r4]" {
		t.Errorf("%s", a.Body)
	}
}

// Who may change roles and is no operator sees no users.
func TestRolesWithoutUsers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("clerk", "c", "api://core4.api.v1.request.role")
	o := office{w, basic("clerk", "c")}
	o.ok("POST", "", body{"name": "r1"})
	if a := o.send("GET", "/distinct", nil); fmt.Sprint(a.Data) != "[r1]" {
		t.Errorf("%s", a.Body)
	}
	if a := (office{w, basic("nobody", "none")}).send("GET", "", nil); a.Code != 403 {
		t.Errorf("%d", a.Code)
	}
}
