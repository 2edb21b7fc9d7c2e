package carry

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/outbound"
	"github.com/heddle-dev/heddle/pkg/pause"
)

// Web carries by http and https. What is passing it tries again a few times;
// whoever asked for the carry may do so for longer.
type Web struct {
	Client *http.Client // outbound.NewClient's
	// Pause waits before a try; nil: a fifth of a second and more.
	Pause func(ctx context.Context, try int) error
}

// tries is how often a file is asked for, or sent, before that is a fault; a
// try that got some of the file does not count.
const tries = 4

func (w Web) pause(ctx context.Context, try int) error {
	if w.Pause != nil {
		return w.Pause(ctx, try)
	}
	return pause.For(ctx, 100*time.Millisecond<<try)
}

// Bring implements Driver.
func (w Web) Bring(ctx context.Context, t *Task) error {
	u, err := parseWeb(t)
	if err != nil {
		return err
	}
	if at, ok := storageOf(u); ok {
		return w.bringStorage(ctx, t, at)
	}
	name := path.Base(u.Path)
	if to := t.To(""); name == "/" || name == "." {
		if name = to; t.Tree.IsDir(to) == nil {
			return Blame(outbound.Shown(u), fault.New(fault.Invalid, "carry.url", "The URL ends without the name of a file, and the file was given none."))
		}
		return w.fetch(ctx, t, u, to)
	}
	return w.fetch(ctx, t, u, t.To(name))
}

// fetch brings one file. It is asked for again from its beginning only if what
// came so far is of no use.
func (w Web) fetch(ctx context.Context, t *Task, u *url.URL, to string) error {
	err := w.persist(ctx, func() error {
		d := &download{web: w, ctx: ctx, url: u, authorization: t.Authorization}
		if err := d.begin(t.how.Limit); err != nil {
			return err
		}
		defer d.close()
		return t.Store(ctx, to, d, 0)
	})
	return Blame(outbound.Shown(u), err)
}

// persist does something again while it fails with what may pass.
func (w Web) persist(ctx context.Context, f func() error) error {
	for try := 1; ; try++ {
		err := f()
		if err == nil || try == tries || !passing(err) || ctx.Err() != nil {
			return err
		}
		if err := w.pause(ctx, try); err != nil {
			return fault.From(err)
		}
	}
}

// passing reports whether a fault is of the server's and may go away shortly.
func passing(err error) bool {
	f := fault.From(err)
	return strings.HasPrefix(f.Code, "carry.") && (f.Kind == fault.Unavailable || f.Kind == fault.Timeout) && f.RetryAfter <= retryShortly
}

// parseWeb reads the URL of a task.
func parseWeb(t *Task) (*url.URL, error) {
	bad := fault.New(fault.Invalid, "carry.url", "The URL is not valid.")
	u, err := url.Parse(t.URL)
	if err != nil || u.Hostname() == "" {
		return nil, bad.WithField("url", "is not like https://host/path")
	}
	u.Fragment, u.RawFragment = "", ""
	if strings.ContainsFunc(t.Authorization, func(r rune) bool { return r < ' ' || r > '~' }) {
		return nil, bad.WithField("authorization", "holds characters that no header can")
	}
	return u, nil
}

// request makes a request, with what opens its URL.
func request(ctx context.Context, method string, u *url.URL, authorization string) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, method, u.String(), nil)
	if err != nil {
		return nil, fault.Wrap(outbound.Reason(err), fault.Invalid, "carry.url", "The URL is not valid.")
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	r.Header.Set("User-Agent", "Heddle")
	r.Header.Set("Accept-Encoding", "identity")
	return r, nil
}
