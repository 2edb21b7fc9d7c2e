package native

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/outputs"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func (d *door) outputRoutes() []rest.Route {
	route := func(name string, file func(jobsapi.Spec) string) rest.Route {
		r := rest.Raw("GET /jobs/{id}/"+name, who.Authenticated, rest.Doc{
			Title: "Read a job's " + name, Tags: []string{"jobs"}, Text: outputText,
			Errors: []fault.Kind{fault.Missing, fault.Denied},
		}, func(w http.ResponseWriter, r *http.Request) error { return d.output(w, r, file) })
		r.Query = []string{"follow", "tail", "offset", "epoch"}
		return r
	}
	return []rest.Route{
		route("stdout", func(s jobsapi.Spec) string { return cmp.Or(s.Stdout, "stdout") }),
		route("stderr", func(s jobsapi.Spec) string { return cmp.Or(s.Stderr, "stderr") }),
	}
}

const outputText = "The file as it is now, also while the job runs. `Range: bytes=N-` gets what was added since; " +
	"416 means that nothing was, 404 `files.missing` that the job has not written yet. `?tail=N` gets its last N lines (of the last 8 MiB).\n\n" +
	"`?follow=true` goes on until the job has ended: whoever follows a job costs no more than one who does. It begins at `?offset=N`, or at " +
	"the lines of `tail`, or at the beginning. An answer that is not cut is whole. If it is, come back with the offset that was reached, and as " +
	"`epoch` the header `Heddle-Output-Epoch`: when a restarted job has begun to write anew, the answer begins anew, too, and says so by another epoch.\n\n" +
	"With `Accept: text/event-stream` it comes as server-sent events: `output` with `epoch`, `offset` and `text` (`base64` if it is not UTF-8), " +
	"`restart` if it begins anew, and `end` with the `reason`: `ended` (with `state` and `exit_code`), or `denied` (it is shared with you no longer), " +
	"`closing`, `credentials`, `unavailable`: come back with the last id as `Last-Event-ID`. Comments come every 15 s."

func (d *door) output(w http.ResponseWriter, r *http.Request, name func(jobsapi.Spec) string) error {
	v, err := jobID(r.PathValue("id"))
	if err != nil {
		return err
	}
	q, err := readOutputQuery(r)
	if err != nil {
		return err
	}
	j, err := d.Backend.Jobs.Get(r.Context(), jobsapi.GetRequest{ID: v})
	if err != nil {
		return err
	}
	file := name(j.Spec)
	if q.tail != nil {
		if q.at.Offset, err = d.Outputs.Tail(r.Context(), j, file, *q.tail); err != nil {
			return err
		}
		q.at.Epoch = j.Epoch
	}
	if q.follow && r.Method != http.MethodHead {
		return d.followOutput(w, r, j, file, q.at)
	}
	if q.at.Offset > 0 && r.Header.Get("Range") == "" {
		r.Header.Set("Range", fmt.Sprintf("bytes=%d-", q.at.Offset))
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set(headerEpoch, strconv.Itoa(j.Epoch))
	return d.send(w, r, filesapi.Path{Storage: j.Storage(), Path: path.Join(j.Dir(), file)})
}

// outputQuery is what is wanted of an output.
type outputQuery struct {
	follow bool
	tail   *int // lines
	at     outputs.Position
}

func readOutputQuery(r *http.Request) (q outputQuery, err error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	bad := fault.New(fault.Invalid, "request.invalid", "The request is not acceptable.")
	if err != nil {
		bad = bad.WithField("query", "is not readable")
	}
	number := func(name string) (int64, bool) {
		text := values.Get(name)
		n, err := strconv.ParseInt(cmp.Or(text, "0"), 10, 64)
		if err != nil || n < 0 {
			bad = bad.WithField(name, "is %q; it must be a number, not less than 0", text)
		}
		return n, text != ""
	}
	if text := values.Get("follow"); text != "" {
		if q.follow, err = strconv.ParseBool(text); err != nil {
			bad = bad.WithField("follow", "is %q; it may be true or false", text)
		}
	}
	offset, from := number("offset")
	epoch, _ := number("epoch")
	q.at = outputs.Position{Epoch: int(epoch), Offset: offset}
	if lines, ok := number("tail"); ok {
		if from {
			bad = bad.WithField("tail", "cannot be together with offset")
		}
		n := int(lines)
		q.tail = &n
	}
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		q.tail = nil
		left, right, _ := strings.Cut(id, "-")
		e, err1 := strconv.Atoi(left)
		n, err2 := strconv.ParseInt(right, 10, 64)
		if err1 != nil || err2 != nil || e < 0 || n < 0 {
			bad = bad.WithField("Last-Event-ID", "%q is not an id of this stream", id)
		}
		q.at = outputs.Position{Epoch: e, Offset: n}
	}
	if len(bad.Fields) > 0 {
		return q, bad
	}
	return q, nil
}

// harmless are headers for bytes that are users' and unknown: no browser may
// take them for a part of this site.
func harmless(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
}

// send answers with a file's bytes.
func (d *door) send(w http.ResponseWriter, r *http.Request, p filesapi.Path) error {
	h := w.Header()
	harmless(h)
	err := d.Backend.Bytes.Get(w, r, p)
	if err != nil {
		h.Del("Content-Security-Policy")
		h.Del("Content-Type")
	}
	return err
}
