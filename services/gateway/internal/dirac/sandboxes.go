package dirac

import (
	"net/http"
	"path"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/dirac/manifest"
)

// Sandboxes returns DIRAC's sandboxes by themselves, rooted at /sandbox: to
// send one before the jobs that name it.
func Sandboxes(d Deps) rest.Container {
	s := &door{d.filled()}
	return rest.MustExamples(examples, "examples/sandbox.http").Of(rest.Container{
		Name: "dirac-sandbox", Root: "/sandbox", Title: "DIRAC sandboxes",
		Doc:          "Archives of files for jobs, named by their content.",
		Authenticate: s.authenticate,
		Errors:       writeError,
		Wrap:         uncached,
		Routes: []rest.Route{
			s.route("POST /input", "Send a sandbox", "The files of a multipart form, of any field names, are packed into one. The answer's `sandbox` can be named in the `InputSandbox` of your manifests, and is removed some time after its last use unless a job names it.", s.sendSandbox),
			s.route("GET /", "A sandbox of yours", "The one that `sburl` names, as SB:Heddle|/sha256/…: a tar.gz.", s.getSandbox),
		},
	})
}

func (d *door) sendSandbox(w http.ResponseWriter, r *http.Request) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return fault.New(fault.Unsupported, "unsupported_media_type", "Files come as %s.", mediaParts).WithStatus(http.StatusUnsupportedMediaType)
	}
	box, err := d.pack(r.Context(), &form{parts: parts, room: maxManifests, field: func(string, []byte) error { return nil }})
	if err == nil && box.Name == "" {
		err = invalid("file", "is missing")
	}
	if err != nil {
		return err
	}
	return reply(w, map[string]string{"sandbox": manifest.Entry(box.Name)})
}

func (d *door) getSandbox(w http.ResponseWriter, r *http.Request) error {
	entry := r.URL.Query().Get("sburl")
	if entry == "" {
		return invalid("sburl", "is missing")
	}
	name, why := manifest.IsEntry(entry)
	if why != "" {
		return fault.New(fault.Missing, "no_sandbox", "%q %s.", entry, why)
	}
	d.download(w, path.Base(name))
	return d.Backend.Bytes.GetSandbox(w, r, filesapi.SandboxRequest{Name: name})
}
