package media_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/media"
)

// covers: C2-033 C2-034 C2-035 C2-036 C2-037
func TestWhatIsPreferred(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]media.Form{
		"": "json", "*/*": "json", "text/*": "html", "text/html": "html", "text/html,application/json": "json", "*": "json",
		"text/html;q=0.9,application/json;q=0.8": "html", "application/json;q=0.1, text/csv": "csv", "image/png": "json",
		"text/html;q=0": "json", "text/plain": "text", "text/*;q=0.5,text/html;q=0.1": "csv", "nonsense;;": "json",
		"*;q=0.1,text/csv;q=0.2": "csv", "application/*;q=0.2, text/plain;q=0.3": "text", "TEXT/HTML": "html", "application/json;q=0.1, *": "html",
		"text/html;q=NaN,text/csv;q=Inf,text/plain;q=0.1": "text", "text/html;q=2,text/csv;q=-1,text/plain;q=0.001": "text",
		"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": "html",
		strings.Repeat("x/y,", 10_000) + "text/html":                      "json",
		"text/csv\ttext/html": "json", "application/json;q=0,*/*;q=0.5": "html",
	} {
		h := http.Header{"Accept": {accept}}
		if got := media.Choose(h, ""); got != want {
			t.Errorf("%.60q prefers %s", accept, got)
		}
		if got := media.Choose(h, "csv"); got != media.CSV {
			t.Errorf("%.60q beats the argument: %s", accept, got)
		}
		if got := media.Choose(h, "xml"); got != want {
			t.Errorf("%.60q is beaten by what is no form: %s", accept, got)
		}
	}
	h := http.Header{"Accept": {"text/csv;q=0.5", "text/plain"}}
	if got := media.Choose(h, "", media.HTML, media.CSV); got != media.CSV {
		t.Errorf("of what is offered, %s", got)
	}
	if got := media.Choose(h, "text", media.HTML, media.JSON); got != media.HTML {
		t.Errorf("nothing that is offered is asked for: %s", got)
	}
}

func TestVaryIsToldOnce(t *testing.T) {
	t.Parallel()
	h := http.Header{"Vary": {"Origin"}}
	media.Vary(h)
	media.Vary(h)
	if got := strings.Join(h["Vary"], ","); got != "Origin,Accept" {
		t.Error(got)
	}
}

func FuzzChoose(f *testing.F) {
	f.Add("text/html;q=0.5,*/*;q=0.1", "csv")
	f.Fuzz(func(t *testing.T, accept, wish string) {
		switch got := media.Choose(http.Header{"Accept": {accept}}, wish); got {
		case media.JSON, media.HTML, media.CSV, media.Text:
		default:
			t.Errorf("%q", got)
		}
	})
}
