package app_test

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// covers: C2-100 C2-101 C2-102 C2-103 C2-104
func TestFlashes(t *testing.T) {
	t.Parallel()
	a := get(t, one(t, handler(func(c *app.Call) (any, error) {
		c.FlashDebug("first %s message", "flash")
		c.FlashInfo("100%")
		c.FlashWarning(map[string]any{"a": 1})
		c.FlashError("")
		c.Flash("INFO", "last")
		return "OK", nil
	})), "/x/y")
	want := `[{"level":"DEBUG","message":"first flash message"},{"level":"INFO","message":"100%"},` +
		`{"level":"WARNING","data":{"a":1}},{"level":"ERROR","message":""},{"level":"INFO","message":"last"}]`
	if string(a.Members["flash"]) != want || a.Data != "OK" {
		t.Errorf("%s", a.Body)
	}
	if a := get(t, one(t, says("")), "/x/y"); a.Members["flash"] != nil {
		t.Errorf("%s", a.Body)
	}
	if a := get(t, one(t, handler(func(c *app.Call) (any, error) { c.Flash("LOUD", ""); return nil, nil })), "/x/y"); a.Code != 500 {
		t.Errorf("a level that there is not: %d", a.Code)
	}
	a = get(t, one(t, handler(func(c *app.Call) (any, error) { c.FlashInfo("before"); return nil, app.Error(404, "none") })), "/x/y")
	if a.Code != 404 || len(a.Flash) != 1 {
		t.Errorf("%s", a.Body)
	}
}
