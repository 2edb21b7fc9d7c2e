//go:build browser

package browser

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shoot takes pictures of a page as wide as a phone and as a desk's screen, for
// who wants to see them: `go test -artifacts` keeps them.
func (b *tab) shoot(name string) {
	b.t.Helper()
	for _, width := range []int{360, 1280} {
		b.call("Emulation.setDeviceMetricsOverride", object{"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false}, nil)
		var shot struct{ Data string }
		b.call("Page.captureScreenshot", object{"format": "png", "captureBeyondViewport": true}, &shot)
		picture, err := base64.StdEncoding.DecodeString(shot.Data)
		if err != nil || len(picture) < 1000 {
			b.t.Errorf("no picture of %s: %v", name, err)
		}
		if err := os.WriteFile(filepath.Join(b.t.ArtifactDir(), fmt.Sprintf("%s-%d.png", name, width)), picture, 0o600); err != nil {
			b.t.Error(err)
		}
	}
	b.call("Emulation.clearDeviceMetricsOverride", nil, nil)
}

// see opens a page and looks at it.
func (b *tab) see(name, path, heading string) {
	b.t.Helper()
	b.goTo(up.URL + path)
	b.heading(heading)
	b.shoot(name)
}

// Landing, listing, help, card, login and error pages are one product: the
// same frame, readable at every width.
//
// covers: C2-136 C2-138 C2-139
func TestPagesLookAlike(t *testing.T) {
	t.Parallel()
	b := chromium(t)
	b.see("landing", "/", "Heddle")
	b.see("login", "/auth/login", "Sign in")
	b.see("core4-login", "/core4/api/v1/login", "Sign in")
	b.see("docs", "/docs", "Documentation")
	b.see("problems", "/docs/problems", "What the errors mean")
	b.see("error", "/nothing", "404")
	b.see("core4-error", "/core4/api/v1/nothing", "404")
	b.see("listing-nobody", "/core4/example/_info", "Applications and endpoints")
	b.call("Network.enable", nil, nil)
	b.call("Network.setExtraHTTPHeaders", object{"headers": object{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte("admin:hans"))}}, nil)
	b.see("listing", "/core4/example/_info?api=1&per_page=100", "Applications and endpoints")
	id := templateID(t)
	b.see("help", "/core4/example/_info/help/"+id, "a page of a template")
	b.see("card", "/core4/example/_info/card/"+id, "a page of a template")
	b.see("roles", "/core4/api/v1/roles", "Users and roles")
	b.goTo(up.URL + "/core4/example/template?q=%3Cscript%3Ealert(1)%3C/script%3E")
	b.until("document.readyState === 'complete' && document.body.innerText.includes('<script>alert(1)')")
	if color := b.read("getComputedStyle(document.body).fontSize"); color != "17px" {
		t.Errorf("the template has not the style of all pages: %s", color)
	}
	b.shoot("template")
}

// templateID is the rsc_id of the manual's template.
func templateID(t *testing.T) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", up.URL+"/core4/example/_info?api=1&search=TemplateHandler", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth("admin", "hans")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var page struct {
		Data []struct {
			ID      string `json:"rsc_id"`
			Pattern []any
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&page); err != nil || len(page.Data) != 1 || !strings.Contains(fmt.Sprint(page.Data), "/template") {
		t.Fatalf("%v %+v", err, page)
	}
	return page.Data[0].ID
}
