package dirac_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend/backendtest"
	"github.com/heddle-dev/heddle/services/gateway/internal/dirac"
	"github.com/heddle-dev/heddle/services/gateway/internal/dirac/manifest"
)

// part is a part of a form: a field, or with a file name a file.
type part struct{ field, file, text string }

// sandboxes serves the sandboxes alone.
func sandboxes(t *testing.T) http.Handler {
	t.Helper()
	s, err := rest.NewServer(slog.New(slog.DiscardHandler), dirac.Sandboxes(dirac.Deps{
		Backend: backendtest.New(&backendtest.Jobs{}, &backendtest.Files{}), Prover: backendtest.Prover(), Now: func() time.Time { return backendtest.At },
	}))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// post sends a form.
func post(h http.Handler, path string, parts ...part) (int, string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		head := fmt.Sprintf(`form-data; name=%q`, p.field)
		if p.file != "" {
			head += fmt.Sprintf(`; filename="%s"`, strings.TrimPrefix(p.file, "empty:"))
		}
		out, _ := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {head}})
		_, _ = io.WriteString(out, p.text)
	}
	_ = w.Close()
	answer := ask(h, "POST", path, w.FormDataContentType(), &b)
	return answer.Code, answer.Body.String()
}

// unpacked are the members of a tar.gz.
func unpacked(t *testing.T, body io.Reader) map[string]string {
	t.Helper()
	zip, err := gzip.NewReader(body)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for in := tar.NewReader(zip); ; {
		head, err := in.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		files[head.Name] = string(text)
	}
}

// Files of any kind, of any field, before, between and after the manifests,
// become one sandbox of every job.
//
// covers: D1-055 D1-059 D1-060 D1-061
func TestFilesBecomeOneSandboxOfEveryJob(t *testing.T) {
	t.Parallel()
	jobs := &backendtest.Jobs{}
	h := serve(t, jobs)
	binary := "\x00\xff\xfe" + strings.Repeat("\x80\r\n--b", 100000)
	code, body := post(h, "/jobs",
		part{"x", "C:\\data\\in.bin", "old"}, part{"manifest", "", `{"Executable":"x","InputSandbox":"in.bin","Parameters":["a","b"]}`},
		part{"other", "", "ignored"}, part{"x", "../../run me.sh", "#!/bin/sh"}, part{"manifest", "", `{Executable: "y"}`}, part{"y", "in.bin", binary})
	if code != http.StatusOK {
		t.Fatalf("%d %s", code, body)
	}
	var entry string
	for i, j := range jobs.All() {
		boxes := manifest.Sandboxes(j.Spec)
		if len(boxes) != 1 || len(j.Spec.Inputs) != 0 || i > 2 {
			t.Fatalf("job %d: %+v", j.ID, j.Spec)
		}
		entry = manifest.Entry(boxes[0])
		for _, query := range []string{"", "?original=true"} {
			shown := ask(h, "GET", fmt.Sprintf("/jobs/%d/manifest%s", j.ID, query), "", nil).Body.String()
			if !strings.Contains(shown, `"`+entry+`"`) {
				t.Errorf("%s: %s does not show %s", query, shown, entry)
			}
		}
		w := ask(h, "GET", fmt.Sprintf("/jobs/%d/inputsandbox", j.ID), "", nil)
		files := unpacked(t, w.Body)
		if len(files) != 2 || files["in.bin"] != binary || files["run me.sh"] != "#!/bin/sh" {
			t.Errorf("job %d came with %.200q", j.ID, files)
		}
		for name, want := range map[string]string{
			"Content-Type": "application/x-tar", "Content-Disposition": fmt.Sprintf(`attachment; filename="%d-inputsandbox.tar.gz"`, j.ID),
			"Cache-Control": "private, max-age=86400", "Etag": `"` + strings.TrimPrefix(boxes[0], "sha256/") + `"`, "Accept-Ranges": "bytes",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		if w.Header().Get("Expires") == "" {
			t.Error("no Expires")
		}
	}
	if n := len(jobs.All()); n != 3 {
		t.Fatalf("%d jobs", n)
	}
	// What is there can be named again, by whoever has it.
	if w := ask(h, "POST", "/jobs", "application/json", strings.NewReader(`{"Executable":"z","InputSandbox":["in.bin","`+entry+`"]}`)); w.Code != http.StatusOK {
		t.Errorf("named again: %d %s", w.Code, w.Body)
	}
}

// The same form finds the same job by its key; another content is another
// request.
func TestFilesCountForAnIdempotencyKey(t *testing.T) {
	t.Parallel()
	jobs := &backendtest.Jobs{}
	h := serve(t, jobs)
	same := part{"manifest", "", `{"Executable":"x"}`}
	for _, c := range []struct{ text string }{{"one"}, {"one"}, {"two"}} {
		if code, body := post(h, "/jobs", same, part{"f", "f", c.text}); code != http.StatusOK {
			t.Fatalf("%d %s", code, body)
		}
	}
	sent := jobs.Sent()
	if len(sent) != 3 || !bytes.Equal(sent[0], sent[1]) || bytes.Equal(sent[1], sent[2]) {
		t.Errorf("sent %x", sent)
	}
}

func TestFormsThatAreRefused(t *testing.T) {
	t.Parallel()
	jobs := &backendtest.Jobs{}
	h := serve(t, jobs)
	fine := part{"manifest", "", `{"Executable":"x"}`}
	unknown := manifest.Entry("sha256/" + strings.Repeat("0", 64))
	for name, c := range map[string]struct {
		parts []part
		code  int
		says  string
	}{
		"no manifest":         {[]part{{"f", "f", "x"}}, 400, "manifest is missing"},
		"a manifest not JSON": {[]part{{"f", "f", "x"}, {"manifest", "", "{"}}, 400, "is not JSON"},
		"an empty name":       {[]part{fine, {"f", "empty:", "x"}}, 400, "is no file name"},
		"a dot":               {[]part{fine, {"f", "a/.", "x"}}, 400, "is no file name"},
		"dots":                {[]part{fine, {"f", `a\..`, "x"}}, 400, "is no file name"},
		"fields without end":  {[]part{fine, {"f", "f", "x"}, {"g", "", strings.Repeat("x", 1<<20)}}, 413, "too_large"},
		"files too large":     {[]part{fine, {"f", "f", strings.Repeat("x", 6<<20)}, {"f", "g", strings.Repeat("x", 6<<20)}}, 413, "sandbox_too_large"},
		"a name that is none": {[]part{{"manifest", "", `{"Executable":"x","InputSandbox":"g"}`}, {"f", "f", "x"}}, 400, `\"g\" did not come`},
		"an unknown sandbox":  {[]part{{"manifest", "", `{"Executable":"x","InputSandbox":"` + unknown + `"}`}, {"f", "f", "x"}}, 400, unknown},
		"of the catalogue":    {[]part{{"manifest", "", `{"Executable":"x","InputSandbox":"LFN:/a"}`}}, 400, "LFN:/a"},
		"another's element":   {[]part{{"manifest", "", `{"Executable":"x","InputSandbox":"SB:CERN|/a"}`}}, 400, "SB:CERN|/a"},
	} {
		code, body := post(h, "/jobs", c.parts...)
		if code != c.code || !strings.Contains(body, c.says) || !json.Valid([]byte(body)) {
			t.Errorf("%s: %d %s", name, code, body)
		}
	}
	cut := "--b\r\nContent-Disposition: form-data; name=manifest\r\n\r\n{\"Executable\":\"x\"}\r\n--b\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\nhalf a file"
	if w := ask(h, "POST", "/jobs", "multipart/form-data; boundary=b", strings.NewReader(cut)); w.Code != http.StatusBadRequest {
		t.Errorf("cut: %d %s", w.Code, w.Body)
	}
	if n := len(jobs.All()); n != 0 {
		t.Errorf("%d jobs were made", n)
	}
}

// A sandbox can be sent before the jobs that name it.
//
// covers: D1-060
func TestSandboxesByThemselves(t *testing.T) {
	t.Parallel()
	h := sandboxes(t)
	var sent struct {
		Sandbox string `json:"sandbox"`
	}
	code, body := post(h, "/sandbox/input", part{"f", "a.bin", "\x00\xff"}, part{"ignored", "", "x"}, part{"f", "b", "b"})
	if err := json.Unmarshal([]byte(body), &sent); code != http.StatusOK || err != nil || !strings.HasPrefix(sent.Sandbox, "SB:Heddle|/sha256/") {
		t.Fatalf("%d %s", code, body)
	}
	w := ask(h, "GET", "/sandbox?sburl="+sent.Sandbox, "", nil)
	if files := unpacked(t, w.Body); w.Code != http.StatusOK || len(files) != 2 || files["a.bin"] != "\x00\xff" || w.Header().Get("Cache-Control") != "private, max-age=86400" {
		t.Errorf("%d %v %q", w.Code, w.Header(), files)
	}
	for query, want := range map[string]int{
		"": 400, "?sburl=": 400, "?sburl=x": 404, "?sburl=SB:Other|/x": 404, "?sburl=SB:Heddle|/../x": 404,
		"?sburl=" + manifest.Entry("sha256/"+strings.Repeat("0", 64)): 404,
	} {
		if w := ask(h, "GET", "/sandbox"+query, "", nil); w.Code != want || !strings.Contains(w.Body.String(), `"error_description"`) {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
	for _, parts := range [][]part{{{"manifest", "", "{}"}}, {{"f", "..", "x"}}} {
		if code, body := post(h, "/sandbox/input", parts...); code != 400 {
			t.Errorf("%v: %d %s", parts, code, body)
		}
	}
	if w := ask(h, "POST", "/sandbox/input", "text/plain", strings.NewReader("x")); w.Code != 415 {
		t.Errorf("no form: %d %s", w.Code, w.Body)
	}
}

// covers: D1-049
func TestJobsInGroups(t *testing.T) {
	t.Parallel()
	h := serve(t, furnished())
	for query, want := range map[string]string{
		"Status?Status=Running&Status=Failed":   `Failed:1[1] Running:2[3 2]`,
		"status?status=Running&maxJobs=1":       `Running:2[3]`,
		"JobGroup?JobGroup=g1&JobGroup=g2":      `g1:2[2 1] g2:1[3]`,
		"JobGroup?JobGroup=g1&Status=Failed":    `g1:1[1]`,
		"Status?Status=Nonesuch&Status=Nothing": `Nonesuch:0[] Nothing:0[]`,
	} {
		w := ask(h, "GET", "/jobs/groupby/"+query, "", nil)
		var groups map[string]struct {
			Entries int
			Jobs    []struct{ JID int }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &groups); err != nil || w.Code != 200 {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
		var got []string
		for _, value := range slices.Sorted(maps.Keys(groups)) {
			ids := []int{}
			for _, j := range groups[value].Jobs {
				ids = append(ids, j.JID)
			}
			got = append(got, fmt.Sprintf("%s:%d%v", value, groups[value].Entries, ids))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", query, got, want)
		}
	}
	w := ask(h, "GET", "/jobs/groupby/Status?Status=Running&Status=Failed&flatten", "", nil)
	if w.Code != 200 || !strings.HasPrefix(w.Body.String(), `{"entries":3,"jobs":[{"jid":1,`) {
		t.Errorf("flat: %d %s", w.Code, w.Body)
	}
	for query, want := range map[string]int{"groupby/Status": 400, "groupby/Colour?Colour=red": 400, "groupby/Status?Status=Done&flatten=maybe": 400, "7/Status?Status=Done": 404} {
		if w := ask(h, "GET", "/jobs/"+query, "", nil); w.Code != want {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
}
