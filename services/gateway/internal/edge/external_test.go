package edge_test

import (
	"crypto/tls"
	"net/http/httptest"
	"testing"

	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

func TestExternalBase(t *testing.T) {
	t.Parallel()
	trusted := edge.External{TrustForwarded: true}
	proxy := map[string]string{"X-Forwarded-Proto": "https, http", "X-Forwarded-Host": "hpc.example.org", "X-Forwarded-Prefix": "/heddle/"}
	for name, c := range map[string]struct {
		e       edge.External
		host    string
		secure  bool
		headers map[string]string
		want    string
	}{
		"host":            {edge.External{}, "127.0.0.1:8080", false, nil, "http://127.0.0.1:8080"},
		"secure":          {edge.External{}, "[::1]:8080", true, nil, "https://[::1]:8080"},
		"proxy unknown":   {edge.External{}, "10.0.0.1", false, proxy, "http://10.0.0.1"},
		"proxy trusted":   {trusted, "10.0.0.1", false, proxy, "https://hpc.example.org/heddle"},
		"trusted without": {trusted, "10.0.0.1:80", false, nil, "http://10.0.0.1:80"},
		"configured":      {edge.External{URL: "https://a.example/x/", TrustForwarded: true}, "b", false, proxy, "https://a.example/x"},
		"strange host":    {edge.External{}, `x"><script>`, false, nil, "http://localhost"},
		"strange proto":   {trusted, "a", false, map[string]string{"X-Forwarded-Proto": "javascript"}, "http://a"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = c.host
		if c.secure {
			r.TLS = &tls.ConnectionState{}
		}
		for k, v := range c.headers {
			r.Header.Set(k, v)
		}
		if got := c.e.Base(r); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
