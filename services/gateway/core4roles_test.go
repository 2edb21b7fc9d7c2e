package gateway_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// Users and roles are administered through core4's door, and what they may do
// follows.
func TestCore4Permissions(t *testing.T) {
	t.Parallel()
	c := core4Gateway(t, start(t), nil)
	for name, f := range map[string]func(*testing.T, *client){
		"permissions come by roles":  core4Roles,
		"tenants":                    core4Tenants,
		"operators":                  core4Operators,
		"a password ends its tokens": core4Ends,
		"profile":                    core4Profile,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := *c
			c.t = t
			f(t, &c)
		})
	}
}

// document is what of a user's or role's document the tests look at.
type core4Document struct {
	ID        string   `json:"_id"`
	Etag      string   `json:"etag"`
	Perm      []string `json:"perm"`
	PermTotal []string `json:"perm_total"`
	Role      []string `json:"role"`
	RoleTotal []string `json:"role_total"`
	Expires   *string  `json:"token_expires"`
}

// admin does something to users and roles as an operator.
func (c *client) admin(method, path, body string) (doc core4Document) {
	c.t.Helper()
	a := c.core4(method, "/core4/api/v1/roles"+path, body, basicAuth("admin", "hans"))
	if a.Code != 200 {
		c.t.Fatalf("%s %s: %d %s", method, path, a.Code, a.body)
	}
	_ = json.Unmarshal(a.Data, &doc) // true, or a text
	return doc
}

// eventually waits until a request is answered so: what changed holds within
// two seconds.
func (c *client) eventually(code int, method, path string, headers ...string) {
	c.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; {
		a := c.send(method, path, "", headers...)
		if a.StatusCode == code {
			return
		}
		if time.Now().After(end) {
			c.t.Fatalf("%s %s is still %d, not %d: %s", method, path, a.StatusCode, code, a.body)
		}
	}
}

// covers: C2-016 C2-017 C2-020 C2-025
func core4Roles(t *testing.T, c *client) {
	const hello = "/core4/example/hello"
	leaf := c.admin("POST", "", `{"name":"hello-readers","perm":["api://core4.api.v1.example.HelloHandler/r"]}`)
	c.admin("POST", "", `{"name":"hello-people","role":["hello-readers"]}`)
	user := c.admin("POST", "", `{"name":"greta","email":"greta@example.org","passwd":"greta-pw"}`)
	token := bearer(c.token("greta", "greta-pw"))
	if a := c.core4("GET", hello, ""); a.Code != 401 || a.Header.Get("WWW-Authenticate") == "" {
		t.Errorf("nobody: %d %v", a.Code, a.Header)
	}
	if a := c.core4("GET", hello, "", token); a.Code != 403 {
		t.Errorf("no role: %d %s", a.Code, a.body)
	}
	c.admin("PUT", "/"+user.ID, fmt.Sprintf(`{"etag":%q,"role":["hello-people"]}`, user.Etag))
	c.eventually(200, "GET", hello, token)
	if a := c.core4("POST", hello, "", token); a.Code != 403 { // its letter is r
		t.Errorf("POST: %d", a.Code)
	}
	if got := c.admin("GET", "/"+user.ID, ""); !slices.Equal(got.RoleTotal, []string{"hello-people", "hello-readers"}) ||
		!slices.Equal(got.PermTotal, []string{"api://core4.api.v1.example.HelloHandler/r"}) || len(got.Perm) != 0 {
		t.Errorf("%+v", got)
	}
	off := c.admin("PUT", "/"+leaf.ID, fmt.Sprintf(`{"etag":%q,"is_active":false}`, leaf.Etag))
	c.eventually(403, "GET", hello, token)
	on := c.admin("PUT", "/"+leaf.ID, fmt.Sprintf(`{"etag":%q,"is_active":true}`, off.Etag))
	c.eventually(200, "GET", hello, token)
	c.admin("DELETE", "/"+leaf.ID+"/"+on.Etag, "")
	c.eventually(403, "GET", hello, token)
}

// covers: C2-198 C2-199 C2-200 C2-201 C2-202 C2-204
func core4Tenants(t *testing.T, c *client) {
	const path = "/my/api/lufthansa/0815"
	u := c.admin("POST", "", `{"name":"tina","email":"tina@example.org","passwd":"tina-pw","perm":["api://myproject.api.handler.MyHandler"]}`)
	tina := basicAuth("tina", "tina-pw")
	if a := c.core4("GET", path, "", tina); a.Code != 403 {
		t.Errorf("no client: %d %s", a.Code, a.body)
	}
	u = c.admin("PUT", "/"+u.ID, fmt.Sprintf(`{"etag":%q,"perm":["api://myproject.api.handler.MyHandler","app://client/lufthansa"]}`, u.Etag))
	c.eventually(200, "GET", path, tina)
	if a := c.core4("GET", path, "", tina); string(a.Data) != `{"_id":"0815","client":"lufthansa"}` {
		t.Errorf("%s", a.body)
	}
	if a := c.core4("GET", "/my/api/other/0815", "", tina); a.Code != 403 {
		t.Errorf("another client: %d", a.Code)
	}
	c.admin("PUT", "/"+u.ID, fmt.Sprintf(`{"etag":%q,"perm":["app://client/lufthansa"]}`, u.Etag))
	c.eventually(403, "GET", path, tina)
}

// covers: C2-018 C2-019
func core4Operators(t *testing.T, c *client) {
	c.admin("POST", "", `{"name":"otto","email":"otto@example.org","passwd":"otto-pw","perm":["COP"]}`)
	otto := basicAuth("otto", "otto-pw")
	for _, path := range []string{"/core4/example/hello", "/my/api/anybody/1", "/core4/api/v1/roles", "/core4/api/v1/profile"} {
		c.eventually(200, "GET", path, otto)
	}
	var doc core4Document
	if err := json.Unmarshal(c.core4("GET", "/core4/api/v1/profile", "", otto).Data, &doc); err != nil || !slices.Equal(doc.Perm, []string{"cop"}) {
		t.Errorf("%+v %v", doc, err)
	}
	if a := c.send("GET", "/metrics", "", otto); a.StatusCode == 403 { // one notion of it
		t.Errorf("the platform's operator: %d", a.StatusCode)
	}
}

func core4Ends(t *testing.T, c *client) {
	u := c.admin("POST", "", `{"name":"erna","email":"erna@example.org","passwd":"first-pw","role":["standard_user"]}`)
	token := bearer(c.token("erna", "first-pw"))
	c.eventually(200, "GET", "/core4/api/v1/profile", token)
	u = c.admin("PUT", "/"+u.ID, fmt.Sprintf(`{"etag":%q,"passwd":"second-pw"}`, u.Etag))
	c.eventually(401, "GET", "/core4/api/v1/profile", token)
	token = bearer(c.token("erna", "second-pw"))
	c.eventually(200, "GET", "/core4/api/v1/profile", token)
	c.admin("PUT", "/"+c.admin("GET", "/"+u.ID, "").ID, fmt.Sprintf(`{"etag":%q,"is_active":false}`, c.admin("GET", "/"+u.ID, "").Etag))
	c.eventually(401, "GET", "/core4/api/v1/profile", token)
	if a := c.core4("POST", "/core4/api/v1/login", `{"username":"erna","password":"second-pw"}`); a.Code != 401 {
		t.Errorf("who is kept out signs in: %d", a.Code)
	}
}

func core4Profile(t *testing.T, c *client) {
	c.admin("POST", "", `{"name":"paula","email":"paula@example.org","passwd":"paula-pw","role":["standard_user"]}`)
	c.admin("POST", "", `{"name":"taken","email":"taken@example.org","passwd":"taken-pw"}`)
	token := c.token("paula", "paula-pw")
	get := func(token string) (doc core4Document) {
		t.Helper()
		c.eventually(200, "GET", "/core4/api/v1/profile", bearer(token))
		if err := json.Unmarshal(c.core4("GET", "/core4/api/v1/profile", "", bearer(token)).Data, &doc); err != nil {
			t.Fatal(err)
		}
		return doc
	}
	doc := get(token)
	if doc.Expires == nil || !slices.Equal(doc.Role, []string{"standard_user"}) || len(doc.Perm) != 0 || len(doc.PermTotal) != 3 {
		t.Errorf("%+v", doc)
	}
	c.token("paula", "paula-pw") // to sign in is no change
	put := func(body string) core4Answer {
		return c.core4("PUT", "/core4/api/v1/profile", body, bearer(token))
	}
	if a := put(fmt.Sprintf(`{"etag":%q,"email":"taken@example.org"}`, doc.Etag)); a.Code != 400 || !strings.Contains(a.Error, "name or email exists") {
		t.Errorf("somebody's address: %d %s", a.Code, a.body)
	}
	if a := put(fmt.Sprintf(`{"etag":%q,"email":"paula@example.com","realname":"Paula"}`, doc.Etag)); a.Code != 200 {
		t.Errorf("%d %s", a.Code, a.body)
	}
	if a := put(fmt.Sprintf(`{"etag":%q,"realname":"Paul"}`, doc.Etag)); a.Code != 400 || !strings.Contains(a.Error, "with etag") {
		t.Errorf("an old etag: %d %s", a.Code, a.body)
	}
	a := put(fmt.Sprintf(`{"etag":%q,"passwd":"paula-new"}`, get(token).Etag))
	if a.Code != 200 {
		t.Fatalf("%d %s", a.Code, a.body)
	}
	c.eventually(401, "GET", "/core4/api/v1/profile", bearer(token))
	get(a.Header.Get("Token"))
}
