package dirac

import (
	"archive/tar"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/dirac/manifest"
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

// inputSandbox answers with what came with the manifest: the files in the
// working directory may have changed since. What came inside the description
// is packed now.
func (d *door) inputSandbox(w http.ResponseWriter, r *http.Request) error {
	j, err := d.openJob(r)
	if err != nil {
		return err
	}
	if boxes := manifest.Sandboxes(j.Spec); len(boxes) > 0 { // several: the newest
		d.download(w, fmt.Sprintf("%d-inputsandbox", uint64(j.ID)))
		return d.Backend.Bytes.GetSandbox(w, r, filesapi.SandboxRequest{Name: boxes[len(boxes)-1], Job: j.ID})
	}
	if len(j.Spec.Inputs) == 0 {
		return noSandbox("input", j)
	}
	if d.offer(w, r, j, "input") {
		return nil
	}
	return pack(w, files(j.Spec.Inputs), j.Submitted)
}

func noSandbox(kind string, j jobsapi.Job) error {
	return fault.New(fault.Missing, "no_sandbox", "The job %d has no %s sandbox (yet).", uint64(j.ID), kind)
}

// offer sets the headers of a sandbox, and reports whether the client has it
// already and was told so.
func (d *door) offer(w http.ResponseWriter, r *http.Request, j jobsapi.Job, kind string) bool {
	tag := fmt.Sprintf(`"%d-%s-%d"`, uint64(j.ID), kind, j.Version)
	d.download(w, fmt.Sprintf("%d-%ssandbox", uint64(j.ID), kind))
	w.Header().Set("ETag", tag)
	if !knows(r, tag) {
		return false
	}
	w.Header().Del("Content-Disposition")
	w.Header().Del("Content-Type")
	w.WriteHeader(http.StatusNotModified)
	return true
}

// download sets the headers of any sandbox.
func (d *door) download(w http.ResponseWriter, name string) {
	h := w.Header()
	h.Del("Pragma")
	h.Set("Cache-Control", fmt.Sprintf("private, max-age=%d", int(sandboxAge.Seconds())))
	h.Set("Expires", d.Now().Add(sandboxAge).UTC().Format(http.TimeFormat))
	h.Set("Content-Type", "application/x-tar")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.tar.gz"`, name))
}

// knows reports whether the client has what the tag stands for (RFC 9110,
// section 13.1.2).
func knows(r *http.Request, tag string) bool {
	for _, line := range r.Header.Values("If-None-Match") {
		for t := range strings.SplitSeq(line, ",") {
			if t = strings.TrimPrefix(strings.TrimSpace(t), "W/"); t == tag || t == "*" {
				return true
			}
		}
	}
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
