package dirac

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/dirac/manifest"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func (d *door) submit(w http.ResponseWriter, r *http.Request) error {
	sent, err := d.read(w, r)
	if err != nil {
		return err
	}
	specs, err := d.translate(r.Context(), sent)
	if err != nil {
		return err
	}
	jids, err := d.submitAll(r.Context(), specs, sent, r.Header.Get("Idempotency-Key"))
	if err != nil {
		return err
	}
	if len(jids) == 1 {
		w.Header().Set("Location", fmt.Sprintf("/jobs/%d", jids[0]))
	}
	return reply(w, map[string][]uint64{"jids": jids})
}

// translate reads all manifests before anything is submitted.
func (d *door) translate(ctx context.Context, sent submission) ([]jobsapi.Spec, error) {
	in := manifest.Setting{Caller: who.From(ctx), VO: d.VO, Files: sent.files, Sandbox: sent.sandbox}
	var specs []jobsapi.Spec
	for i, parametric := range sent.manifests {
		docs, err := manifest.Expand(parametric, d.MaxParametric)
		if err != nil {
			return nil, numbered(err, i, len(sent.manifests))
		}
		for _, doc := range docs {
			spec, err := manifest.Translate(doc, in)
			if err != nil {
				return nil, numbered(err, i, len(sent.manifests))
			}
			specs = append(specs, spec)
		}
		if len(specs) > jobsapi.MaxBatch {
			return nil, fault.New(fault.Exhausted, "too_many_manifests",
				"There are more than %d jobs in the request.", jobsapi.MaxBatch).WithStatus(http.StatusRequestEntityTooLarge)
		}
	}
	return specs, d.own(ctx, specs, sent.sandbox)
}

// maxSandboxes is how many sandboxes the manifests of a request may name.
const maxSandboxes = 100

// own checks that the sandboxes which jobs name are the caller's, but for the
// one that was just made.
func (d *door) own(ctx context.Context, specs []jobsapi.Spec, made string) error {
	known := map[string]bool{made: true}
	for i, spec := range specs {
		for _, name := range manifest.Sandboxes(spec) {
			if known[name] {
				continue
			}
			if known[name] = true; len(known) > maxSandboxes {
				return invalid("InputSandbox", "names more than %d sandboxes in all manifests", maxSandboxes)
			}
			_, err := d.Backend.Files.Sandbox(ctx, filesapi.SandboxRequest{Name: name})
			if fault.Is(err, fault.Missing) {
				err = fault.New(fault.Invalid, manifest.CodeInvalid, "The manifest is not valid.").
					WithField("InputSandbox", "%q is no sandbox of yours", manifest.Entry(name))
			}
			if err != nil {
				return numbered(err, i, len(specs))
			}
		}
	}
	return nil
}

// numbered says which of several manifests is wrong.
func numbered(err error, i, n int) error {
	f := *fault.From(err)
	if n > 1 {
		f.Message = fmt.Sprintf("Manifest %d of %d: %s", i+1, n, f.Message)
	}
	return &f
}

// submitAll submits all or none.
func (d *door) submitAll(ctx context.Context, specs []jobsapi.Spec, sent submission, key string) ([]uint64, error) {
	hash, err := sent.hash()
	if err != nil {
		return nil, err
	}
	if len(specs) == 1 {
		j, err := d.Backend.Jobs.Submit(ctx, jobsapi.SubmitRequest{Spec: specs[0], Key: key, Sent: hash, Numbered: true})
		return []uint64{uint64(j.ID)}, refused(err, specs)
	}
	batch, err := d.Backend.Jobs.SubmitMany(ctx, jobsapi.BatchRequest{Specs: specs, Key: key, Sent: hash, Numbered: true})
	jids := make([]uint64, len(batch.Jobs))
	for i, j := range batch.Jobs {
		jids[i] = uint64(j.ID)
	}
	return jids, refused(err, specs)
}

// hash is what tells whether a repeat is one: what the client sent, in
// whatever form. The same files are the same sandbox.
func (s submission) hash() ([]byte, error) {
	var files any
	if s.sandbox != "" {
		files = s.sandbox
	}
	text, err := json.Marshal([]any{s.manifests, files})
	sum := sha256.Sum256(text)
	return sum[:], err
}
