package core4

import (
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// putLogin asks for a link to set a password, or sets it with the token of one.
func (d *door) putLogin(c *app.Call) (any, error) {
	if token, password := c.Args.Text("token"), c.Args.Text("password"); token != "" && password != "" {
		return "OK", d.reset(c, token, password)
	}
	email := strings.TrimSpace(c.Args.Text("email"))
	if email == "" {
		return nil, arg.Missing("email")
	}
	_, err := d.Backend.Core4.RequestReset(c.Context(), authapi.EmailRequest{Email: email, Peer: d.Peer(c.Request())})
	return app.Null, err
}

func (d *door) reset(c *app.Call, token, password string) error {
	_, err := d.Backend.Core4.Reset(c.Context(), authapi.ResetRequest{Token: token, Password: password, Peer: d.Peer(c.Request())})
	return err
}

// isReset reports whether the form of the page of a reset link was sent.
func isReset(c *app.Call) bool {
	return c.Request().URL.Path == c.Root()+"/reset" && c.Args.Text("token") != "" && c.Args.Text("password") != ""
}

func (d *door) resetByForm(c *app.Call) error {
	if err := d.reset(c, c.Args.Text("token"), c.Args.Text("password")); err != nil {
		return err
	}
	return d.donePage(c, "Your new password is set. Sign in with it.")
}
