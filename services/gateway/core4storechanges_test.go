package gateway_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// Changes by two gateways at once are all there, and what is removed while
// something is put below it leaves nothing hanging.
func core4StoreAtOnce(t *testing.T, c, other *client) {
	var all sync.WaitGroup
	for i, gate := range []*client{c, other, c, other} {
		all.Go(func() { gate.store("POST", fmt.Sprintf("/default/k%d", i), `{"k":1}`, 200, `{"k":1}`) })
	}
	all.Wait()
	var got struct{ Children []string }
	c.data(&got, "GET", "/store/default", "")
	if fmt.Sprint(got.Children) != "[/default/air /default/k0 /default/k1 /default/k2 /default/k3]" {
		t.Errorf("%v", got.Children)
	}
	for range 10 {
		c.store("POST", "/default/k0", `{}`, 200, `{}`)
		c.store("POST", "/default/k0/a", `{}`, 200, `{}`)
		var put, removed core4Answer
		all.Go(func() { put = other.core4("POST", "/core4/api/v1/store/default/k0/a/b", "{}") })
		all.Go(func() { removed = c.core4("DELETE", "/core4/api/v1/store/default/k0?recursive=1", "") })
		all.Wait()
		want := `["/default/k0/a","/default/k0"]`
		if put.Code == http.StatusOK {
			want = `["/default/k0/a/b","/default/k0/a","/default/k0"]`
		}
		if put.Code != 200 && put.Code != 404 || removed.Code != 200 || string(removed.Data) != want {
			t.Errorf("%d %s, %d %s", put.Code, put.body, removed.Code, removed.body)
		}
		if c.data(&got, "GET", "/store/default/k0/a", ""); len(got.Children) != 0 {
			t.Errorf("left hanging: %v", got.Children)
		}
	}
}

func core4StoreDeletes(t *testing.T, c, other *client) {
	c.store("DELETE", "", "", 400, "requires xpath")
	c.store("DELETE", "/default/nothing", "", 404, "not found")
	c.store("DELETE", "/default/air", "", 400, "xpath has [2] children")
	c.store("DELETE", "/default/air?recursive=0", "", 400, "xpath has [2] children")
	c.store("DELETE", "/default/air/wings/team-a", "", 200, `["/default/air/wings/team-a"]`)
	c.store("DELETE", "/default/air", `{"recursive":true}`, 200, `["/default/air/wings","/default/air"]`)
	other.store("DELETE", "/default/air", "", 404, "not found")
	other.store("DELETE", "/", "", 400, "children")
	if a := other.core4("DELETE", "/core4/api/v1/store/?recursive=1", ""); a.Code != 200 || !strings.HasSuffix(string(a.Data), `"/default/k1","/default","/"]`) {
		t.Errorf("%d %s", a.Code, a.body)
	}
	core4StoreEmpty(c)
}
