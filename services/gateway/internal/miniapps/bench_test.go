package miniapps_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"github.com/heddle-dev/heddle/pkg/natstest"
)

// BenchmarkProxy sends requests to a program through the gateway's way to it,
// and beside it through a bare proxy, all in one process.
func BenchmarkProxy(b *testing.B) {
	hello := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }
	behind := httptest.NewServer(http.HandlerFunc(hello))
	defer behind.Close()
	target, err := url.Parse(behind.URL)
	if err != nil {
		b.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}
	ask := func(b *testing.B, url string) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				r, _ := http.NewRequest("GET", url, nil)
				r.Header.Set("Authorization", "Bearer token-of-demouser")
				resp, err := client.Do(r)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					b.Error(resp.Status)
					return
				}
			}
		})
	}
	b.Run("bare", func(b *testing.B) {
		front := httptest.NewServer(&httputil.ReverseProxy{
			Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }, Transport: &http.Transport{MaxIdleConnsPerHost: 100}})
		defer front.Close()
		ask(b, front.URL+"/x")
	})
	for _, over := range []string{"gateway", "gateway, TLS"} {
		b.Run(over, func(b *testing.B) {
			ns := natstest.Start(b)
			r, nc := start(b, ns), ns.Conn(b)
			p := listen(b, "admin", "/x", hello)
			if over != "gateway" {
				encrypted(b, p)
			}
			join(b, nc, p, r)
			defer live(b, nc, p)()
			ask(b, r.url+"/x/mine/1")
		})
	}
}
