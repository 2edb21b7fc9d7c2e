package dirac

import (
	"archive/tar"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// sandboxAge is how long a client may keep a sandbox.
const sandboxAge = 24 * time.Hour

func (d *door) outputSandbox(w http.ResponseWriter, r *http.Request) error {
	j, err := d.openJob(r)
	if err != nil {
		return err
	}
	if !outputReady(j) {
		return noSandbox("output", j)
	}
	if d.offer(w, r, j, "output") {
		return nil
	}
	patterns := append([]string{firstOf(j.Spec.Stdout, "stdout"), firstOf(j.Spec.Stderr, "stderr")}, j.Spec.Outputs...)
	return d.Backend.Bytes.Archive(w, r, filesapi.Path{Storage: j.Storage(), Path: "/"}, patterns)
}

// inputSandbox packs what came with the manifest: the files in the working
// directory may have changed since.
func (d *door) inputSandbox(w http.ResponseWriter, r *http.Request) error {
	j, err := d.openJob(r)
	if err != nil {
		return err
	}
	if len(j.Spec.Inputs) == 0 {
		return noSandbox("input", j)
	}
	if d.offer(w, r, j, "input") {
		return nil
	}
	return pack(w, j.Spec.Inputs, j.Submitted)
}

func noSandbox(kind string, j jobsapi.Job) error {
	return fault.New(fault.Missing, "no_sandbox", "The job %d has no %s sandbox (yet).", uint64(j.ID), kind)
}

// offer sets the headers of a sandbox, and reports whether the client has it
// already and was told so.
func (d *door) offer(w http.ResponseWriter, r *http.Request, j jobsapi.Job, kind string) bool {
	h := w.Header()
	h.Del("Pragma")
	h.Set("Cache-Control", fmt.Sprintf("private, max-age=%d", int(sandboxAge.Seconds())))
	h.Set("Expires", d.Now().Add(sandboxAge).UTC().Format(http.TimeFormat))
	h.Set("ETag", fmt.Sprintf(`"%d-%s-%d"`, uint64(j.ID), kind, j.Version))
	if r.Header.Get("If-None-Match") == h.Get("ETag") {
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	h.Set("Content-Type", "application/x-tar")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%d-%ssandbox.tar.gz"`, uint64(j.ID), kind))
	return false
}

func pack(w io.Writer, files []jobsapi.Input, at time.Time) error {
	zipped := gzip.NewWriter(w)
	archive := tar.NewWriter(zipped)
	for _, f := range files {
		err := archive.WriteHeader(&tar.Header{Name: f.Path, Mode: 0o644, Size: int64(len(f.Data)), ModTime: at, Format: tar.FormatPAX})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(archive, f.Data); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return zipped.Close()
}
