package gateway_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// The store of core4's door, by two gateways; where it lies is real.
func TestCore4Store(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := core4Gateway(t, h, nil)
	other := core4Gateway(t, h, time.Now)
	for name, perms := range map[string]string{
		"rooted": ``, "flying": `"app://store/default/air/wings"`, "two": `"app://store/default","app://store/default/air"`,
		"lost": `"app://store/nowhere/x"`, "sly": `"app://store/../../default","app://storefront/default"`,
	} {
		c.admin("POST", "", fmt.Sprintf(`{"name":%q,"email":%q,"passwd":"%s-pw","role":["standard_user"],"perm":[%s]}`, name, name+"@example.org", name, perms))
	}
	c, other = c.as("admin", "hans"), other.as("admin", "hans")
	core4StoreEmpty(c)
	const root = `{"hello":"root","n":{"a":1,"b":2}}`
	c.store("POST", "", root, 200, root)
	c.store("POST", "/default/air", `{}`, 404, "parent not found")
	for _, doc := range [][2]string{{"/default", `{"big":12345678901234567890,"hello":"world"}`}, {"/outlier", `{"out":true}`},
		{"/default/air", `{"hello":null,"n":{"c":3}}`}, {"/default/air/wings", `{"hello":"Europe"}`}, {"/default/air/wings/team-a", `{}`}, {"/defaultx", `{}`}} {
		c.store("POST", doc[0], doc[1], 200, doc[1])
	}
	core4StoreReads(t, other)
	core4StoreOwn(t, other)
	core4StoreHostile(t, c)
	core4StoreAtOnce(t, c, other)
	core4StoreDeletes(t, c, other)
}

// store makes a request below /store, and wants data, or a text in the error.
func (c *client) store(method, path, body string, code int, want string) {
	c.t.Helper()
	a := c.core4(method, "/core4/api/v1/store"+path, body)
	if a.Code != code || code == 200 && string(a.Data) != want || !strings.Contains(a.body, want) {
		c.t.Errorf("%s %s %.80s: %d %.300s, want %d %s", method, path, body, a.Code, a.body, code, want)
	}
}

const storeDefaults = `"login":"/core4/api/v1/login","logout":"/core4/api/v1/logout",%s"profile":"/core4/api/v1/profile","reset":"/core4/api/v1/reset"`

func core4StoreEmpty(c *client) {
	defaults := fmt.Sprintf(storeDefaults, "")
	c.store("GET", "", "", 200, `{"body":null,"children":[],"inherited":{`+defaults+`},"root":"/"}`)
	c.store("GET", "/a", "", 200, `{"body":{},"children":[],"inherited":{`+defaults+`},"root":"/a"}`)
	c.store("PUT", "", "", 200, `{"doc":{`+defaults+`},"parents":["/"]}`)
	c.store("DELETE", "/", "", 404, "not found")
	c.store("POST", "/a", "{}", 404, "parent not found")
}

func core4StoreReads(t *testing.T, c *client) {
	defaults := fmt.Sprintf(storeDefaults, `"n":{"c":3},`)
	air := `{"body":{"hello":null,"n":{"c":3}},"children":["/default/air/wings"],"inherited":{"big":12345678901234567890,"hello":null,` + defaults + `},"root":"/default/air"}`
	c.store("GET", "/default/air", "", 200, air)
	c.store("GET", "/default/air/", "", 200, air)
	var root struct {
		Root     string
		Children []string
		Body     map[string]any
	}
	for _, path := range []string{"/store", "/store/"} {
		c.data(&root, "GET", path, "")
		if root.Root != "/" || fmt.Sprint(root.Children) != "[/default /defaultx /outlier]" || root.Body["hello"] != "root" {
			t.Errorf("%+v", root)
		}
	}
	c.store("POST", "/defaultx", `{"text":"</pre><script>alert(1)</script>"}`, 200, `{"text":"\u003c/pre\u003e\u003cscript\u003ealert(1)\u003c/script\u003e"}`)
	a := c.send("GET", "/core4/api/v1/store/defaultx", "", "Accept: text/html")
	if a.StatusCode != 200 || strings.Contains(a.body, "<script>alert") || !strings.Contains(a.body, "<h1>/defaultx</h1>") || !strings.Contains(a.body, `href="/core4/api/v1/store"`) {
		t.Errorf("the page: %d %s", a.StatusCode, a.body)
	}
	a = c.send("GET", "/core4/api/v1/store/default", "", "Accept: text/html")
	if !strings.Contains(a.body, `href="/core4/api/v1/store/default/air"`) {
		t.Errorf("the page: %s", a.body)
	}
}

// core4StoreOwn is what users get who are no administrators, and what not.
func core4StoreOwn(t *testing.T, c *client) {
	for name, want := range map[string]struct {
		parents   []string
		id, hello any
	}{
		"rooted": {[]string{"/"}, "/", "root"}, "sly": {[]string{"/"}, "/", "root"},
		"flying": {[]string{"/", "/default", "/default/air", "/default/air/wings"}, "/default/air/wings", "Europe"},
		"two":    {[]string{"/", "/default"}, "/default", "world"},
		"lost":   {[]string{"/", "/nowhere", "/nowhere/x"}, "/", "root"},
		"admin":  {[]string{"/"}, "/", "root"},
	} {
		user := c.who(name)
		if name == "admin" {
			user = c
		}
		var got struct {
			Parents []string
			Doc     map[string]any
		}
		user.data(&got, "PUT", "/store", "")
		if !slices.Equal(got.Parents, want.parents) || got.Doc["_id"] != want.id || got.Doc["hello"] != want.hello || got.Doc["profile"] == nil {
			t.Errorf("%s: %+v", name, got)
		}
		if name == "admin" {
			continue
		}
		for _, method := range []string{"GET", "POST", "DELETE"} {
			user.store(method, "/default", "{}", 403, "")
		}
	}
	c.store("PUT", "/default", "{}", 405, "without a path")
	c.store("PUT", "/", "{}", 405, "without a path")
	for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
		c.as("", "").store(method, "", "{}", 401, "")
	}
}

func core4StoreHostile(t *testing.T, c *client) {
	deep := strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200)
	for _, r := range []struct {
		path, body string
		code       int
	}{
		{"", ``, 400}, {"", `{`, 400}, {"", `[1]`, 400}, {"", `1`, 400}, {"", `null`, 400}, {"", "{\"a\":\"\xff\"}", 400}, {"", deep, 400}, {"", `{"a":1}{`, 400},
		{"//a", `{}`, 400}, {"/default//a", `{}`, 400}, {"/default/..", `{}`, 400}, {"/default/%2e%2e/x", `{}`, 400}, {"/.", `{}`, 400}, {"/a%00b", `{}`, 400},
		{"/a%20b", `{}`, 400}, {"/a%2F%2Fb", `{}`, 400}, {"/%ff", `{}`, 400}, {"/caf%C3%A9", `{}`, 400}, {"/$where", `{}`, 400}, {"/a*", `{}`, 400}, {"/%3Cscript%3E", `{}`, 400},
		{"/" + strings.Repeat("x", 65), `{}`, 400}, {strings.Repeat("/x", 11), `{}`, 400}, {strings.Repeat("/x", 10), `{}`, 404}, {"/" + strings.Repeat("x", 64), `{}`, 200},
		{"/large", `{"a":"` + strings.Repeat("x", 256<<10) + `"}`, 413}, {"/large", `{"a":"` + strings.Repeat("x", 2<<20) + `"}`, 413},
	} {
		c.store("POST", r.path, r.body, r.code, map[int]string{200: r.body}[r.code])
		if r.code == 400 && r.path != "" {
			c.store("GET", r.path, "", 400, "path")
			c.store("DELETE", r.path, "", 400, "path")
		}
	}
	body := `{"a":"` + strings.Repeat("x", 250<<10) + `"}`
	c.store("POST", "/large", body, 200, body)
	c.store("POST", "/large/two", body, 200, body)
	c.store("POST", "/large/three", body, 413, "more than 716800 bytes")
	c.store("DELETE", "/large?recursive=maybe", "", 400, "parameter [recursive] expected as_type [bool]")
	c.store("DELETE", "/large?recursive=yes", "", 200, `["/large/two","/large"]`)
	c.store("PATCH", "/default", "{}", 405, "")
	// What signs in is no part of the document.
	token := c.token("admin", "hans")
	for _, body := range []string{`{"token":"` + token + `","x":1,"_id":"/other"}`, `{"username":"admin","password":"hans","x":1}`} {
		c.as("", "").store("POST", "/outlier", body, 200, `{"x":1}`)
	}
	var kept struct{ Body json.RawMessage }
	if c.data(&kept, "GET", "/store/outlier", ""); string(kept.Body) != `{"x":1}` {
		t.Errorf("%s", kept.Body)
	}
}
