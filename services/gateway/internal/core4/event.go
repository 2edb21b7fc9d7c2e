package core4

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/coder/websocket"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/channel"
)

// events are the rules of channels, section 7.3.
func (d *door) events() []app.Rule {
	const under = "core4.api.v1.request.standard.event."
	history := &app.Handler{Qual: under + "EventHistoryHandler", Title: "Messages", Author: author,
		Methods: app.Methods{http.MethodGet: d.eventHistory, http.MethodPost: d.eventHistory},
		Docs:    map[string]rest.Doc{http.MethodGet: docOf("event.history"), http.MethodPost: docOf("event.history")}}
	socket := &app.Handler{Qual: under + "EventHandler", Title: "Event web socket", Author: author,
		Methods: app.Methods{http.MethodGet: d.event}, Docs: map[string]rest.Doc{http.MethodGet: docOf("event")}}
	return []app.Rule{{Pattern: "/event/history", Handler: history}, {Pattern: "/event", Handler: socket}}
}

// event is GET /event, a websocket.
func (d *door) event(c *app.Call) (any, error) {
	r := c.Request()
	if r.Method != http.MethodGet || !upgrades(r) {
		c.Header().Set("Upgrade", "websocket")
		return nil, app.Error(http.StatusUpgradeRequired, "expected a websocket over HTTP/1.1")
	}
	if !d.originAllowed(r) {
		return nil, app.Error(http.StatusForbidden, "the origin [%s] is not allowed", r.Header.Get("Origin"))
	}
	if _, _, basic := r.BasicAuth(); basic && d.otherPage(r) {
		return nil, errOtherPage // a browser added it by itself
	}
	leave, err := d.channels.Enter(c.Context(), c.User().ID)
	if err != nil {
		return nil, err
	}
	defer leave()
	if err := d.queueEvents.begun(c.Context()); err != nil {
		return nil, err
	}
	// The origin was looked at above.
	ws, err := websocket.Accept(c.Writer(), r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return nil, nil //nolint:nilerr // the client was answered
	}
	d.channels.Serve(c.Lasting(), ws, d.listener(c))
	return nil, nil
}

// listener is the caller as one who listens to channels.
func (d *door) listener(c *app.Call) channel.Client {
	return channel.Client{
		User: c.User().ID, Name: c.User().Name,
		May:   func(name string) bool { return d.mayUse(c, name) },
		Sees:  func(owner string, name func() string) bool { return owner == c.User().ID || c.Perms.Job(name(), false) },
		Queue: func(ctx context.Context) ([]byte, error) { return d.summary.seenBy(c, ctx) },
	}
}

// mayUse reports whether the caller may listen and speak in a channel. The
// queue is told to everybody as they may see it.
func (d *door) mayUse(c *app.Call, name string) bool {
	return !d.ChannelPermissions || name == channel.Queue || c.Perms.App("channel/"+name)
}

// upgrades reports whether a request asks for a websocket.
func upgrades(r *http.Request) bool {
	return r.ProtoMajor == 1 && strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// otherPage reports whether a request comes from a page of another site, as
// one that changes something would. A websocket is a GET, but what the page
// sends over it is not.
func (d *door) otherPage(r *http.Request) bool {
	if upgrades(r) {
		as := *r
		as.Method = http.MethodPost
		r = &as
	}
	return d.Cross.Check(r) != nil
}

var errOtherPage = fault.New(fault.Denied, "request.cross_origin", "Another site's page may not do this.")

// originAllowed reports whether pages of the request's origin may open
// websockets: our own, and those of core4's api.allow_origin, where * stands
// for whatever has no slash.
func (d *door) originAllowed(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || d.AllowOrigin == "" || d.AllowOrigin == "*" {
		return true
	}
	if u, err := url.Parse(origin); err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host) {
		return true
	}
	ok, err := path.Match(strings.ToLower(d.AllowOrigin), strings.ToLower(origin))
	return ok && err == nil
}

// eventFields are what messages may be filtered by.
var eventFields = fields{"_id", "author", "channel", "created", "data"}

// eventHistory is a page of messages, the newest first: those of the channel
// message, unless the filter names a channel.
func (d *door) eventHistory(c *app.Call) (any, error) {
	var docs []document
	var filter map[string]any
	_ = json.Unmarshal([]byte(c.Args.Text("filter")), &filter) // filtered says what is wrong with it
	_, chosen := filter["channel"]
	err := d.Messages.All(c.Context(), func(text []byte) {
		var e channel.Event
		if json.Unmarshal(text, &e) == nil && (chosen || e.Channel == channel.Messages) && d.mayUse(c, e.Channel) {
			docs = append(docs, document{"_id": e.ID, "author": e.Author, "channel": e.Channel, "created": e.Created, "data": e.Data})
		}
	})
	if err != nil {
		return nil, err
	}
	if docs, err = eventFields.filtered(c.Args, docs); err != nil {
		return nil, err
	}
	slices.Reverse(docs)
	return pageOf(c.Args, docs)
}
