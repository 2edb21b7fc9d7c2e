package filesapi

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Pack makes a sandbox of the caller's out of files. next returns one after
// the other, and io.EOF at the end; each content is read before the next is
// asked for, and each failure of either is returned as it is if it is a fault.
// Of files with one name the last counts. The same files make the same
// sandbox, in whatever order they come.
func (m *Mover) Pack(ctx context.Context, next func() (name string, content io.Reader, err error)) (Sandbox, error) {
	body, pipe := io.Pipe()
	parts := multipart.NewWriter(pipe)
	done := make(chan struct{})
	go func() {
		defer close(done)
		pipe.CloseWithError(pack(parts, next))
	}()
	header := http.Header{"Content-Type": {parts.FormDataContentType()}}
	box, err := upload[Sandbox](ctx, m, http.MethodPost, TicketRequest{Path: Path{Storage: Sandboxes}, For: SandboxPack}, header, body)
	body.Close() // a refusal ends the packing
	<-done
	return box, err
}

func pack(parts *multipart.Writer, next func() (string, io.Reader, error)) error {
	for {
		name, content, err := next()
		if errors.Is(err, io.EOF) {
			return parts.Close()
		}
		if err != nil {
			return err
		}
		part, err := parts.CreatePart(textproto.MIMEHeader{HeaderName: {url.PathEscape(name)}})
		if err != nil {
			return err
		}
		if _, err := io.Copy(part, content); err != nil {
			return err
		}
	}
}

// PutSandbox keeps an archive as a sandbox of the caller's. With a name, an
// archive that is another is Invalid, and not kept.
func (m *Mover) PutSandbox(ctx context.Context, name string, body io.Reader) (Sandbox, error) {
	t := TicketRequest{Path: Path{Storage: Sandboxes, Path: name}, For: SandboxWrite}
	return upload[Sandbox](ctx, m, http.MethodPut, t, http.Header{}, body)
}

// GetSandbox answers w with a sandbox, as Get does with a file.
func (m *Mover) GetSandbox(w http.ResponseWriter, r *http.Request, box SandboxRequest) error {
	p := Path{Storage: Sandboxes, Path: box.Name}
	if box.Job != 0 {
		p.Storage = jobsapi.WorkDir(box.Job)
	}
	return m.relay(w, r, TicketRequest{Path: p, For: SandboxRead})
}
