package e2e

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/test/stage"
)

// sandboxForm is a form of manifests and files.
func sandboxForm(manifests []object, files map[string][]byte) (contentType string, body []byte) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, m := range manifests {
		_, text := asJSON(m)
		_ = w.WriteField("manifest", text)
	}
	for name, content := range files {
		f, _ := w.CreateFormFile("file of "+name, name)
		_, _ = f.Write(content)
	}
	_ = w.Close()
	return w.FormDataContentType(), b.Bytes()
}

// submitForm submits a form and returns the ids of its jobs.
func submitForm(t *testing.T, c *stage.Client, manifests []object, files map[string][]byte, headers ...string) []string {
	t.Helper()
	contentType, body := sandboxForm(manifests, files)
	resp, answer := raw(t, c, "POST", "/jobs", bytes.NewReader(body), append(headers, "Content-Type: "+contentType)...)
	var r struct {
		JIDs []uint64 `json:"jids"`
	}
	if err := json.Unmarshal([]byte(answer), &r); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %s", resp.Status, answer)
	}
	var jobs []string
	for _, n := range r.JIDs {
		jobs = append(jobs, id.ID(n).String())
	}
	return jobs
}

// Five megabytes of noise and a text come with two manifests, one of them
// parametric; each job reads both, and each door shows them.
//
// covers: D1-055 D1-059 D1-060 D1-061
func TestDIRACSandboxOfAnyFiles(t *testing.T) {
	t.Parallel()
	c := demouser(t)
	noise := make([]byte, 5<<20)
	_, _ = rand.NewChaCha8([32]byte{7}).Read(noise)
	sum := fmt.Sprintf("%x", sha256.Sum256(noise))
	files := map[string][]byte{"noise.bin": noise, "words.txt": []byte("hello\n"), "run.sh": []byte("#!/bin/sh\nsha256sum < noise.bin\ncat words.txt\necho $1\n")}
	manifests := []object{
		{"Executable": "run.sh", "Arguments": "%s", "Parameters": []string{"red", "blue"}, "InputSandbox": []string{"noise.bin"}},
		{"Executable": "run.sh", "Arguments": "green"},
	}
	jobs := submitForm(t, c, manifests, files, "Idempotency-Key: form of noise")
	if again := submitForm(t, c, manifests, files, "Idempotency-Key: form of noise"); fmt.Sprint(again) != fmt.Sprint(jobs) || len(jobs) != 3 {
		t.Fatalf("%v, and once more %v", jobs, again)
	}
	var entries []string
	for i, colour := range []string{"red", "blue", "green"} {
		if j := awaitEnd(t, c, jobs[i]); j.State != "succeeded" {
			t.Fatalf("%+v", j)
		}
		if out, want := get(t, c, "/api/v1/jobs/"+jobs[i]+"/stdout"), sum+"  -\nhello\n"+colour+"\n"; out != want {
			t.Errorf("stdout %q, want %q", out, want)
		}
		var m struct{ InputSandbox []string }
		do(t, c, "GET", "/jobs/"+decimal(t, jobs[i])+"/manifest", nil, &m)
		entries = append(entries, m.InputSandbox[len(m.InputSandbox)-1])
	}
	if entries[0] != entries[2] || !strings.HasPrefix(entries[0], "SB:Heddle|/sha256/") {
		t.Errorf("entries %v", entries)
	}
	dir := jobs[0] + "-uspace"
	if got := get(t, c, "/api/v1/storages/"+dir+"/files/noise.bin"); got != string(noise) {
		t.Errorf("the native door has %d bytes", len(got))
	}
	if got := get(t, c, "/DEMO-SITE/rest/core/storages/"+dir+"/files/words.txt", "Accept: application/octet-stream"); got != "hello\n" {
		t.Errorf("UNICORE has %q", got)
	}
	sandboxOf(t, c, jobs[0], entries[0], files)
	named := submitJSON(t, c, object{"Executable": "run.sh", "InputSandbox": []string{entries[0]}})
	if j := awaitEnd(t, c, named); j.State != "succeeded" {
		t.Errorf("named again: %+v", j)
	}
	resp, answer := raw(t, as(t, "alice", "alice123"), "POST", "/jobs", strings.NewReader(`{"Executable":"run.sh","InputSandbox":["`+entries[0]+`"]}`), "Content-Type: application/json")
	if resp.StatusCode != http.StatusBadRequest || !strings.Contains(answer, entries[0]) {
		t.Errorf("named by another: %s %s", resp.Status, answer)
	}
}

func submitJSON(t *testing.T, c *stage.Client, manifest object) string {
	t.Helper()
	var r struct {
		JIDs []uint64 `json:"jids"`
	}
	do(t, c, "POST", "/jobs", manifest, &r)
	return id.ID(r.JIDs[0]).String()
}

// sandboxOf checks what inputsandbox answers: to who asks first, who has it
// already, who wants a part, and who has no business with it.
func sandboxOf(t *testing.T, c *stage.Client, job, entry string, files map[string][]byte) {
	t.Helper()
	path := "/jobs/" + decimal(t, job) + "/inputsandbox"
	resp, body := raw(t, c, "GET", path, nil)
	hash := strings.TrimPrefix(entry, "SB:Heddle|/sha256/")
	if resp.Header.Get("ETag") != `"`+hash+`"` || fmt.Sprintf("%x", sha256.Sum256([]byte(body))) != hash || resp.Header.Get("Content-Type") != "application/x-tar" {
		t.Errorf("%s: %v, %d bytes", entry, resp.Header, len(body))
	}
	zip, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for in := tar.NewReader(zip); ; n++ {
		h, err := in.Next()
		if err == io.EOF {
			break
		}
		content, rerr := io.ReadAll(in)
		if err != nil || rerr != nil || !bytes.Equal(content, files[h.Name]) {
			t.Errorf("%s: %d bytes, %v, %v", h.Name, len(content), err, rerr)
		}
	}
	if n != len(files) {
		t.Errorf("%d files", n)
	}
	if resp, _ := raw(t, c, "GET", path, nil, `If-None-Match: "`+hash+`"`); resp.StatusCode != http.StatusNotModified {
		t.Errorf("who has it: %s", resp.Status)
	}
	if resp, part := raw(t, c, "GET", path, nil, "Range: bytes=100-199"); resp.StatusCode != http.StatusPartialContent || part != body[100:200] {
		t.Errorf("a part: %s, %d bytes", resp.Status, len(part))
	}
	alice := as(t, "alice", "alice123")
	if resp, _ := raw(t, alice, "GET", path, nil); resp.StatusCode != http.StatusForbidden {
		t.Errorf("another: %s", resp.Status)
	}
	do(t, c, "PATCH", "/api/v1/jobs/"+job, object{"acl": []string{"read:UID:alice"}}, nil)
	if shared := get(t, alice, path); shared != body {
		t.Errorf("whom the job is shared with: %d bytes", len(shared))
	}
	resp, _ = raw(t, alice, "GET", "/sandbox?sburl="+entry, nil)
	if resp.StatusCode != http.StatusNotFound {
		t.Errorf("the sandbox by itself: %s", resp.Status)
	}
}

// What is too much is refused as such, while it is still being sent.
func TestDIRACSandboxTooLarge(t *testing.T) {
	t.Parallel()
	contentType, body := sandboxForm([]object{{"Executable": "x"}}, map[string][]byte{"big": make([]byte, 11<<20)})
	resp, answer := raw(t, demouser(t), "POST", "/jobs", bytes.NewReader(body), "Content-Type: "+contentType)
	if resp.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(answer, "10485760") {
		t.Errorf("%s %s", resp.Status, answer)
	}
}
