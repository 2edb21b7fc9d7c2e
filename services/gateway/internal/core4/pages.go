package core4

import (
	"embed"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/media"
	"github.com/heddle-dev/heddle/pkg/rest/page"
)

//go:embed pages/*.html
var files embed.FS

var pages = page.Must(files, "pages/*.html")

// shown is what pages show: a text, a form or documents.
type shown struct {
	page.Frame
	Text        string
	At          string // the container's root
	Next, Token string // what a form carries on
	Doc         document
	List        media.Page[document]
}

func (d *door) page(c *app.Call, code int, name string, s shown) error {
	s.Brand = "core4"
	return pages.Write(c.Writer(), c.Request(), code, name, s, page.Policy{})
}

// loginPage is the form, or that of a reset link.
func (d *door) loginPage(c *app.Call, code int, notice string) error {
	s := shown{Frame: page.Frame{Title: "Sign in", Shape: page.Door, Notice: notice}, At: c.Root()}
	if c.Request().URL.Path == c.Root()+"/reset" {
		s.Title, s.Token = "New password", c.Args.Text("token")
		return d.page(c, code, "reset", s)
	}
	s.Next = d.ownURL(c.Request(), c.Args.Text("next"))
	return d.page(c, code, "login", s)
}

func (d *door) donePage(c *app.Call, text string) error {
	return d.page(c, http.StatusOK, "done", shown{Frame: page.Frame{Title: "Done", Shape: page.Door}, Text: text})
}
