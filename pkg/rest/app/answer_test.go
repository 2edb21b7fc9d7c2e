package app_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// covers: C2-003 C2-027 C2-031
func TestWaysToAnswer(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		f    func(*app.Call) (any, error)
		code int
		body string
	}{
		"a value":        {func(*app.Call) (any, error) { return 5, nil }, 200, `"data":5}`},
		"reply":          {func(c *app.Call) (any, error) { return nil, c.Reply("hello world") }, 200, `"data":"hello world"}`},
		"reply and more": {func(c *app.Call) (any, error) { return "ignored", c.Reply("hello world") }, 200, `"data":"hello world"}`},
		"nothing":        {func(*app.Call) (any, error) { return nil, nil }, 200, ""},
		"null":           {func(*app.Call) (any, error) { return app.Null, nil }, 200, `"data":null}`},
		"a status":       {func(c *app.Call) (any, error) { c.SetStatus(201); return "made", nil }, 201, `"code":201,"message":"Created"`},
		"write": {func(c *app.Call) (any, error) {
			_, err := io.WriteString(c.Writer(), "a")
			_, _ = io.WriteString(c.Writer(), "b")
			return "ignored", err
		}, 200, "ab"},
		"write and flush": {func(c *app.Call) (any, error) {
			c.Writer().WriteHeader(202)
			_, _ = io.WriteString(c.Writer(), "a")
			return nil, errors.Join(c.Flush(), c.Finish("b"))
		}, 202, "ab"},
		"finish": {func(c *app.Call) (any, error) {
			_, _ = io.WriteString(c.Writer(), "a")
			err := c.Finish("b")
			if _, late := io.WriteString(c.Writer(), "c"); late == nil {
				return nil, errors.New("written after the end")
			}
			return nil, err
		}, 200, "ab"},
		"much": {func(c *app.Call) (any, error) {
			for range 3 {
				_, _ = io.WriteString(c.Writer(), strings.Repeat("x", 1<<19))
			}
			return nil, nil
		}, 200, strings.Repeat("x", 3<<19)},
		"an error takes the place of what was written": {func(c *app.Call) (any, error) {
			c.Header().Set("Content-Disposition", "attachment")
			_, _ = io.WriteString(c.Writer(), "a")
			return nil, app.Error(418, "no %s", "coffee")
		}, 418, `"error":"tornado.web.HTTPError: HTTP 418: I'm a teapot (no coffee)\n"`},
		"two replies":                {func(c *app.Call) (any, error) { return nil, errors.Join(c.Reply(1), c.Reply(2)) }, 200, ""},
		"a redirect":                 {func(c *app.Call) (any, error) { return nil, c.Redirect(302, "/elsewhere") }, 302, ""},
		"a redirect to another site": {func(c *app.Call) (any, error) { return nil, c.Redirect(302, "//evil.example") }, 400, `"code":400`},
		"no JSON":                    {func(*app.Call) (any, error) { return make(chan int), nil }, 500, `"code":500`},
	} {
		s := one(t, handler(tc.f))
		if name == "two replies" {
			if !aborts(t, s) {
				t.Errorf("%s: the second is no mistake", name)
			}
			continue
		}
		a := get(t, s, "/x/y")
		if a.Code != tc.code || !strings.Contains(a.Body.String(), tc.body) || tc.body == "" && a.Body.Len() > 0 {
			t.Errorf("%s: %d %.300s", name, a.Code, a.Body)
		}
		if a.Header().Get("Content-Disposition") != "" {
			t.Errorf("%s: %v", name, a.Header())
		}
	}
}

// aborts reports whether an answer is cut off.
func aborts(t *testing.T, s http.Handler) (cut bool) {
	defer func() { cut = recover() == http.ErrAbortHandler }()
	get(t, s, "/x/y")
	return false
}

// covers: C2-049 C2-050 C2-051
func TestStatusOfAnErrorWithoutAnException(t *testing.T) {
	t.Parallel()
	for data, want := range map[any]string{"gone fishing": `"gone fishing"`, 5: `"5"`, nil: `"Conflict"`} {
		a := get(t, one(t, handler(func(c *app.Call) (any, error) {
			c.FlashInfo("a message")
			c.SetStatus(http.StatusConflict)
			return nil, c.Reply(data)
		})), "/x/y")
		if _, has := a.Members["data"]; has || a.Code != 409 || string(a.Members["error"]) != want || a.Message != "Conflict" || len(a.Flash) != 1 {
			t.Errorf("%v: %d %s", data, a.Code, a.Body)
		}
	}
	a := get(t, one(t, handler(func(c *app.Call) (any, error) {
		c.SetStatus(400)
		return map[string]any{"a": []int{1}}, nil
	})), "/x/y")
	if a.Error != `{"a":[1]}` {
		t.Errorf("%s", a.Body)
	}
}
