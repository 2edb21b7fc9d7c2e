package e2e

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// browser is somebody who reads pages and fills in their forms: no script, as
// the pages need none.
type browser struct {
	t    *testing.T
	http *http.Client
	page string
	at   *url.URL
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, http: &http.Client{Jar: jar}}
}

// open goes to an address.
func (b *browser) open(address string) *browser {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), "GET", address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.load(r)
}

func (b *browser) load(r *http.Request) *browser {
	b.t.Helper()
	r.Header.Set("Accept", "text/html,application/xhtml+xml")
	resp, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.page, b.at = string(text), resp.Request.URL
	if resp.StatusCode != http.StatusOK {
		b.t.Fatalf("%s: %s\n%s", b.at, resp.Status, b.page)
	}
	return b
}

var (
	formTag  = regexp.MustCompile(`(?s)<form method="([a-z]+)" action="([^"]*)"[^>]*>(.*?)</form>`)
	inputTag = regexp.MustCompile(`<(?:input|button)[^>]*>`)
	nameAttr = regexp.MustCompile(` name="([^"]*)"`)
	valAttr  = regexp.MustCompile(` value="([^"]*)"`)
)

// send fills in the page's first form, by "name", "value", and sends it. What
// has a value keeps it.
func (b *browser) send(pairs ...string) *browser {
	b.t.Helper()
	form := formTag.FindStringSubmatch(b.page)
	if form == nil {
		b.t.Fatalf("%s has no form:\n%s", b.at, b.page)
	}
	values := url.Values{}
	for _, input := range inputTag.FindAllString(form[3], -1) {
		name, value := nameAttr.FindStringSubmatch(input), valAttr.FindStringSubmatch(input)
		if name != nil && strings.Contains(input, `type="hidden"`) && value != nil {
			values.Set(name[1], html.UnescapeString(value[1]))
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	to, err := b.at.Parse(html.UnescapeString(form[2]))
	if err != nil {
		b.t.Fatal(err)
	}
	if form[1] == "get" {
		to.RawQuery = values.Encode()
		return b.open(to.String())
	}
	r, err := http.NewRequestWithContext(b.t.Context(), "POST", to.String(), strings.NewReader(values.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", b.at.Scheme+"://"+b.at.Host)
	return b.load(r)
}

// sees checks what is on the page.
func (b *browser) sees(text string) *browser {
	b.t.Helper()
	if !strings.Contains(b.page, text) {
		b.t.Fatalf("%s does not say %q:\n%s", b.at, text, b.page)
	}
	return b
}
