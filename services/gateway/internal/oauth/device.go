package oauth

import (
	"net/http"
	"net/url"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/oauth/pages"
)

// devicePage asks for a device's code, or shows what the device of a code
// wants: who lets it in must see that first (RFC 8628, section 5.4).
func (d *door) devicePage(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r)
	if err != nil {
		return err
	}
	code := once(q, "user_code")
	if code == "" {
		return d.showCode(w, r, http.StatusOK, "", "")
	}
	v := visit(r)
	p, err := d.Backend.OAuth.Device(as(r, v), authapi.UserCode{Code: code, Peer: edge.Peer(r)})
	if err != nil {
		return d.noDevice(w, r, code, err)
	}
	return d.showDevice(w, r, v, p, nil, http.StatusOK, "")
}

// decideDevice takes the answer. It needs the device once more, for the code
// as it was given out is what the form is about.
func (d *door) decideDevice(w http.ResponseWriter, r *http.Request) error {
	f, err := body(w, r)
	if err != nil {
		return err
	}
	v, code := visit(r), once(f, "user_code")
	p, err := d.Backend.OAuth.Device(as(r, v), authapi.UserCode{Code: code, Peer: edge.Peer(r)})
	if err != nil {
		return d.noDevice(w, r, code, err)
	}
	if !v.Sent("device", p.ID, once(f, "csrf")) {
		return d.showDevice(w, r, v, p, nil, http.StatusForbidden, strange)
	}
	answer, notice := decision(f, v)
	if notice != "" {
		return d.showDevice(w, r, v, p, f, http.StatusBadRequest, notice)
	}
	answer.ID = p.ID
	if _, err := d.Backend.OAuth.DecideDevice(as(r, v), answer); err != nil {
		if status, text, ok := d.explained(w, r, err); ok {
			return d.showDevice(w, r, v, p, f, status, text)
		}
		return err
	}
	return d.deviceDone(w, r, p, answer.Grant)
}

func (d *door) deviceDone(w http.ResponseWriter, r *http.Request, p authapi.Pending, granted bool) error {
	done := pages.Done{Frame: d.frame(r, "Connected"), Text: p.Client.Name + " goes on by itself in a few seconds. You can close this window."}
	if !granted {
		done.Title, done.Text = "Denied", p.Client.Name+" was not let in. You can close this window."
	}
	return pages.Write(w, r, http.StatusOK, pages.DonePage, done, "")
}

// noDevice asks for the code again.
func (d *door) noDevice(w http.ResponseWriter, r *http.Request, code string, err error) error {
	if status, text, ok := d.explained(w, r, err); ok {
		return d.showCode(w, r, status, code, text)
	}
	if f := fault.From(err); f.Kind == fault.Invalid {
		return d.showCode(w, r, statusOf(f), code, f.Message)
	}
	return err
}

func (d *door) showCode(w http.ResponseWriter, r *http.Request, status int, code, notice string) error {
	p := pages.Code{Frame: d.frame(r, "Connect a device"), Code: code}
	p.Notice = notice
	return pages.Write(w, r, status, pages.CodePage, p, "")
}

func (d *door) showDevice(w http.ResponseWriter, r *http.Request, v browser.Visit, p authapi.Pending, answered url.Values, status int, notice string) error {
	c := d.question(r, v, p, answered)
	c.Title, c.Notice, c.CSRF = "Connect this device?", notice, v.Token("device", p.ID)
	return pages.Write(w, r, status, pages.DevicePage, c, "")
}
