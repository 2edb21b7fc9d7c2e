package core4

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
)

//go:embed pages/*.html
var files embed.FS

var pages = template.Must(template.ParseFS(files, "pages/*.html"))

// policy lets a page load the site's style and send forms to us, nothing else.
const policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

func (d *door) page(w http.ResponseWriter, r *http.Request, code int, name string, data any) error {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, data); err != nil {
		return err
	}
	if c, ok := r.Context().Value(callKey{}).(*Call); ok {
		c.wrote = true
	}
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "no-referrer") // the address of a reset link holds its token
	h.Set("X-Frame-Options", "DENY")
	return write(w, r, code, "text/html; charset=utf-8", b.Bytes())
}

// loginPage is the form, or that of a reset link.
func (d *door) loginPage(c *Call, code int, notice string) error {
	form := map[string]string{"Root": c.root, "Notice": notice}
	if c.r.URL.Path == c.root+"/reset" {
		form["Token"] = c.args.text("token")
		return d.page(c.w, c.r, code, "reset.html", form)
	}
	form["Next"] = d.ownURL(c.r, c.args.text("next"))
	return d.page(c.w, c.r, code, "login.html", form)
}
