package carry

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/outbound"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// Send implements Driver.
func (w Web) Send(ctx context.Context, t *Task) error {
	u, err := parseWeb(t)
	if err != nil {
		return err
	}
	if t.how.Exists == storage.Extend {
		return Blame(outbound.Shown(u), fault.New(fault.Invalid, "carry.mode", "Nothing can be appended to what is at a URL.").WithField("mode", "append is for storages only"))
	}
	files, err := find(ctx, t.Tree, t.Path.Path, t.left.bounds())
	if err != nil {
		return Blame(t.Path.Path, err)
	}
	return each(ctx, files.names, func(ctx context.Context, name string) error {
		to := u
		if !files.alone || u.Path == "" || u.Path[len(u.Path)-1] == '/' {
			to = u.JoinPath(escaped(name))
		}
		at := path.Join("/", files.dir, name)
		return Blame(at, w.send(ctx, t, at, to))
	})
}

func escaped(name string) string { return (&url.URL{Path: name}).EscapedPath() }

// send sends one file.
func (w Web) send(ctx context.Context, t *Task, at string, to *url.URL) error {
	f, fi, err := t.Tree.Open(at)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := t.left.file(); err != nil {
		return err
	}
	if t.how.Exists == storage.Refuse {
		if err := w.free(ctx, t, to); err != nil {
			return Blame(outbound.Shown(to), err)
		}
	}
	err = w.persist(ctx, func() error { return w.put(ctx, t, &part{file: f, size: fi.Size()}, to) })
	if err != nil {
		return Blame(outbound.Shown(to), err)
	}
	t.Sent(at, fi.Size())
	return nil
}

// put makes one request. It asks before it sends the content, which a redirect
// may ask for once more.
func (w Web) put(ctx context.Context, t *Task, content *part, to *url.URL) error {
	r, err := request(ctx, http.MethodPut, to, t.Authorization)
	if err != nil {
		return err
	}
	r.Body, r.ContentLength = content.reader(), content.size
	if content.size == 0 {
		r.Body = http.NoBody
	}
	r.GetBody = func() (io.ReadCloser, error) { return content.reader(), nil }
	r.Header.Set("Content-Type", "application/octet-stream")
	r.Header.Set("Expect", "100-continue")
	if t.how.Exists == storage.Refuse {
		r.Header.Set("If-None-Match", "*")
	}
	return w.want2xx(ctx, r)
}

func (w Web) want2xx(ctx context.Context, r *http.Request) error {
	res, err := w.Client.Do(r)
	if err != nil {
		return failed(ctx, err)
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, 64<<10) // so that the connection can be used again
	switch {
	case res.StatusCode == http.StatusPreconditionFailed && r.Header.Get("If-None-Match") != "":
		return thereAlready()
	case res.StatusCode/100 != 2:
		return answered(res)
	}
	return nil
}

// free checks that there is nothing at a URL, for servers that know no
// conditions; those who do not say what is there are asked by condition only.
func (w Web) free(ctx context.Context, t *Task, to *url.URL) error {
	return w.persist(ctx, func() error {
		r, err := request(ctx, http.MethodHead, to, t.Authorization)
		if err != nil {
			return err
		}
		err = w.want2xx(ctx, r)
		switch f := fault.From(err); {
		case err == nil:
			return thereAlready()
		case f.Code != "carry.answer" || f.Kind == fault.Unavailable:
			return err
		}
		return nil
	})
}

func thereAlready() error {
	return fault.New(fault.Conflict, "files.exists", "is there already")
}

// part is a file as long as it was.
type part struct {
	file *os.File
	size int64
}

func (p *part) reader() io.ReadCloser {
	return io.NopCloser(&whole{file: io.NewSectionReader(p.file, 0, p.size), left: p.size})
}
