package native

import (
	"cmp"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func (d *door) outputRoutes() []rest.Route {
	route := func(name string, file func(jobsapi.Spec) string) rest.Route {
		return rest.Raw("GET /jobs/{id}/"+name, who.Authenticated, rest.Doc{
			Title: "Read a job's " + name, Tags: []string{"jobs"},
			Text: "The file as it is now, also while the job runs. `Range: bytes=N-` gets what was added since; " +
				"416 means that nothing was, 404 `files.missing` that the job has not written yet.",
			Errors: []fault.Kind{fault.Missing, fault.Denied},
		}, func(w http.ResponseWriter, r *http.Request) error { return d.output(w, r, file) })
	}
	return []rest.Route{
		route("stdout", func(s jobsapi.Spec) string { return cmp.Or(s.Stdout, "stdout") }),
		route("stderr", func(s jobsapi.Spec) string { return cmp.Or(s.Stderr, "stderr") }),
	}
}

func (d *door) output(w http.ResponseWriter, r *http.Request, file func(jobsapi.Spec) string) error {
	v, err := jobID(r.PathValue("id"))
	if err != nil {
		return err
	}
	j, err := d.Backend.Jobs.Get(r.Context(), jobsapi.GetRequest{ID: v})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	return d.send(w, r, filesapi.Path{Storage: j.Storage(), Path: file(j.Spec)})
}

// send answers with a file's bytes. They are users' and unknown: no browser
// may take them for a part of this site.
func (d *door) send(w http.ResponseWriter, r *http.Request, p filesapi.Path) error {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	err := d.Backend.Bytes.Get(w, r, p)
	if err != nil {
		h.Del("Content-Security-Policy")
		h.Del("Content-Type")
	}
	return err
}
