package gateway_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// Settings, pictures and what the installation says of itself, at core4's door.
func TestCore4Standard(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := core4Gateway(t, h, nil)
	for _, name := range []string{"sven", "svea", "sara"} {
		c.admin("POST", "", fmt.Sprintf(`{"name":%q,"email":%q,"passwd":"%s-pw","role":["standard_user"]}`, name, name+"@example.org", name))
	}
	c.admin("POST", "", `{"name":"outsider","email":"outsider@example.org","passwd":"outsider-pw"}`)
	for name, f := range map[string]func(*testing.T, *client){
		"settings":                  core4Settings,
		"settings at the same time": core4SettingsAtOnce,
		"settings that are none":    core4SettingRefusals,
		"a picture":                 core4Avatar,
		"about":                     core4About,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := *c.who("sven")
			c.t = t
			f(t, &c)
		})
	}
}

// setting sends a change or a question, and wants data.
func (c *client) setting(method, path, body, want string) {
	c.t.Helper()
	a := c.core4(method, "/core4/api/v1/setting"+path, body)
	if a.Code != 200 || string(a.Data) != want {
		c.t.Errorf("%s %s %s: %d %s, want %s", method, path, body, a.Code, a.body, want)
	}
}

func core4Settings(t *testing.T, c *client) {
	c = c.who("svea")
	c.setting("GET", "", "", `{"_general":{"language":"EN"}}`)
	c.setting("GET", "/_general/language", "", `"EN"`)
	c.setting("POST", "", `{"data":{"project":{"a":{"x":1,"y":[1]}},"_general":{"language":"DE"}}}`, `{"_general":{"language":"DE"},"project":{"a":{"x":1,"y":[1]}}}`)
	c.setting("PUT", "/project/a", `{"data":{"y":12345678901234567890,"z":null}}`, `{"y":12345678901234567890,"z":null}`)
	c.setting("GET", "/project", "", `{"a":{"x":1,"y":12345678901234567890,"z":null}}`)
	c.setting("GET", "/project/a/z", "", `null`)
	c.setting("PUT", "/project/b", `{"data":"text"}`, `"text"`)
	admin := c.as("admin", "hans")
	admin.setting("GET", "/project/b?username=Svea", "", `"text"`)
	c.who("sara").setting("GET", "/_general/language?username=svea", "", `"EN"`) // their own
	c.setting("DELETE", "/project/a", "", `{}`)
	c.setting("GET", "/project", "", `{"b":"text"}`)
	c.setting("DELETE", "/_general/language", "", `{}`)
	c.setting("GET", "/_general", "", `{"language":"EN"}`)
	c.setting("DELETE", "", "", `{}`)
	c.setting("GET", "", "", `{"_general":{"language":"EN"}}`)
	for _, path := range []string{"", "/project", "/_general"} {
		if a := c.core4("DELETE", "/core4/api/v1/setting"+path, ""); a.Code != 404 {
			t.Errorf("%s again: %d", path, a.Code)
		}
	}
	c.setting("PUT", "/project/b", `{"data":true}`, `true`)
	if a := admin.core4("GET", "/core4/api/v1/setting?username=nobody-here", ""); a.Code != 404 {
		t.Errorf("nobody's: %d", a.Code)
	}
}

func core4SettingsAtOnce(t *testing.T, c *client) {
	c = c.who("sara")
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() { c.setting("PUT", fmt.Sprintf("/once/k%d", i), `{"data":1}`, `1`) })
	}
	all.Wait()
	c.setting("GET", "/once", "", `{"k0":1,"k1":1,"k2":1,"k3":1}`)
	c.setting("DELETE", "/once", "", `{}`)
}

func core4SettingRefusals(t *testing.T, c *client) {
	deep := strings.Repeat(`{"a":`, 100000) + "1" + strings.Repeat("}", 100000)
	for _, r := range []struct {
		method, path, body string
		code               int
	}{
		{"GET", "/_general//language", ``, 400}, {"GET", "/", ``, 200}, {"GET", "//", ``, 400}, {"GET", "/nothing", ``, 400},
		{"GET", "/_general/language/x", ``, 400}, {"GET", "/" + strings.Repeat("a/", 60), ``, 400},
		{"PUT", "", ``, 400}, {"PUT", "", `{}`, 400}, {"PUT", "", `{"data":null}`, 400}, {"PUT", "", `{"data":{}}`, 400}, {"PUT", "", `{"data":0}`, 400},
		{"PUT", "/a/b", `{"data":false}`, 400}, {"PUT", "/a/b", `{"data":""}`, 400}, {"PUT", "/a/b", `{"data":[]}`, 400}, {"PUT", "/a/b", `{"data":0.0}`, 400},
		{"PUT", "", `{"data":[1]}`, 400}, {"PUT", "", `{"data":{"a":1}}`, 400}, {"PUT", "/a", `{"data":1}`, 400}, {"PUT", "", `{"data":{"":{"a":1}}}`, 400},
		{"PUT", "", `{"data":{"_private":{"a":1}}}`, 400}, {"PUT", "/_private/a", `{"data":1}`, 400}, {"PUT", "", `{"data":{"a":{"":1}}}`, 400},
		{"PUT", "/a//b", `{"data":1}`, 400}, {"PUT", "/a/b", `{"data":"` + strings.Repeat("x", 1<<16) + `"}`, 413}, {"PUT", "", `{"data":` + deep + `}`, 400},
		{"DELETE", "/a//b", ``, 400}, {"DELETE", "/a/b", ``, 404}, {"PATCH", "", ``, 405},
	} {
		if a := c.core4(r.method, "/core4/api/v1/setting"+r.path, r.body); a.Code != r.code {
			t.Errorf("%s %s %.50s: %d %s", r.method, r.path, r.body, a.Code, a.body)
		}
	}
	for _, path := range []string{"/setting", "/avatar", "/about", "/welcome", "/system"} {
		if a := c.who("outsider").core4("GET", "/core4/api/v1"+path, ""); a.Code != 403 {
			t.Errorf("%s without permission: %d", path, a.Code)
		}
		if a := c.as("", "").core4("GET", "/core4/api/v1"+path, ""); a.Code != 401 {
			t.Errorf("%s by nobody: %d", path, a.Code)
		}
	}
}

// upload sends a file as browsers do.
func (c *client) upload(path, field string, content []byte) answer {
	c.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	w, err := form.CreateFormFile(field, "me.png")
	if err != nil {
		c.t.Fatal(err)
	}
	_, _ = w.Write(content)
	_ = form.Close()
	r, err := http.NewRequestWithContext(c.t.Context(), "POST", c.base+path, &body)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.SetBasicAuth(c.name, c.password)
	return c.do(r)
}

func core4Avatar(t *testing.T, c *client) {
	const path = "/core4/api/v1/avatar"
	if a := c.core4("GET", path, ""); string(a.Data) != `"No avatar set yet."` {
		t.Errorf("%s", a.body)
	}
	png := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 100)...)
	for _, r := range []struct {
		field   string
		content []byte
		code    int
	}{
		{"file", png, 200}, {"other", png, 400}, {"file", []byte("<html><script>alert(1)</script>"), 400}, {"file", nil, 400},
		{"file", []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), 400}, {"file", append(bytes.Clone(png), make([]byte, 256<<10)...), 413},
		{"file", append(bytes.Clone(png), make([]byte, 2<<20)...), 413}, {"file", append([]byte("GIF89a"), png...), 200}, {"file", png, 200},
	} {
		if a := c.upload(path, r.field, r.content); a.StatusCode != r.code {
			t.Errorf("%s of %d bytes: %d %s", r.field, len(r.content), a.StatusCode, a.body)
		}
	}
	if a := c.core4("POST", path, `{"file":"x"}`); a.Code != 400 {
		t.Errorf("no file: %d", a.Code)
	}
	a := c.send("GET", path, "")
	if a.StatusCode != 200 || a.body != string(png) || a.Header.Get("Content-Type") != "image/png" ||
		a.Header.Get("Cache-Control") != "no-cache" || a.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v", a.StatusCode, a.Header)
	}
	if a := c.who("svea").core4("GET", path, ""); string(a.Data) != `"No avatar set yet."` {
		t.Errorf("somebody else's: %s", a.body)
	}
}

func core4About(t *testing.T, c *client) {
	var about map[string]any
	c.data(&about, "GET", "/about", "")
	if about["worker"] != 1.0 || about["jobs"] != 3.0 || about["handlers"].(float64) < 10 || about["version"] != "dev" {
		t.Errorf("%v", about)
	}
	var system struct {
		Alive []struct {
			ID   string `json:"_id"`
			Kind string
			PID  *int
		}
		Maintenance struct {
			System  *bool
			Project []string
		}
	}
	c.data(&system, "GET", "/system", "")
	if len(system.Alive) != 2 || system.Alive[0].Kind != "app" || system.Alive[0].PID == nil || system.Alive[1].ID != "DEMO-SITE" ||
		*system.Maintenance.System || system.Maintenance.Project == nil {
		t.Errorf("%+v", system)
	}
	if a := c.core4("POST", "/core4/api/v1/system", ""); a.Code != 405 {
		t.Errorf("POST: %d", a.Code)
	}
	for _, path := range []string{"/about", "/welcome", "/system"} {
		a := c.send("GET", "/core4/api/v1"+path, "", "Accept: text/html")
		if a.StatusCode != 200 || !strings.Contains(a.body, "<h1>") || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %d %s", path, a.StatusCode, a.body)
		}
		var data map[string]any
		if err := json.Unmarshal(c.core4("GET", "/core4/api/v1"+path, "").Data, &data); err != nil || len(data) == 0 {
			t.Errorf("%s: %v", path, data)
		}
	}
}
