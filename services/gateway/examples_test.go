package gateway_test

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/resttest"
)

// Every route of every container has a text, and every example of one runs;
// the demo's containers are there, too.
//
// covers: C2-084 C2-091
func TestDocumentation(t *testing.T) {
	t.Parallel()
	c := core4Gateway(t, start(t), nil)
	at, err := url.Parse(c.base)
	if err != nil {
		t.Fatal(err)
	}
	there := httputil.NewSingleHostReverseProxy(at)
	there.Transport = c.http.Transport
	signIn := func(r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "":
		case strings.HasPrefix(r.URL.Path, "/core4/"): // where everything needs a permission
			r.SetBasicAuth("admin", "hans")
		default:
			r.SetBasicAuth("demouser", "test123")
		}
	}
	if n := resttest.Run(t, there, signIn, c.routes); n < 40 {
		t.Errorf("there are only %d examples", n)
	}
}
