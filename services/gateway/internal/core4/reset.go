package core4

import (
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// putLogin asks for a link to set a password, or sets it with the token of one.
func (d *door) putLogin(c *Call) (any, error) {
	if token, password := c.args.text("token"), c.args.text("password"); token != "" && password != "" {
		return "OK", d.reset(c, token, password)
	}
	email := strings.TrimSpace(c.args.text("email"))
	if email == "" {
		return nil, fault.New(fault.Invalid, codeMissing, "Missing argument email")
	}
	_, err := d.Backend.Core4.RequestReset(c.ctx(), authapi.EmailRequest{Email: email, Peer: d.Peer(c.r)})
	return nil, err
}

func (d *door) reset(c *Call, token, password string) error {
	_, err := d.Backend.Core4.Reset(c.ctx(), authapi.ResetRequest{Token: token, Password: password, Peer: d.Peer(c.r)})
	return err
}

// isReset reports whether the form of the page of a reset link was sent.
func (c *Call) isReset() bool {
	return c.r.URL.Path == c.root+"/reset" && c.args.text("token") != "" && c.args.text("password") != ""
}

func (d *door) resetByForm(c *Call) error {
	if err := d.reset(c, c.args.text("token"), c.args.text("password")); err != nil {
		return err
	}
	return d.page(c.w, c.r, http.StatusOK, "done.html", "Your new password is set. Sign in with it.")
}
