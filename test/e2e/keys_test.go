package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/test/stage"
)

// keyed is a way to submit that can carry an Idempotency-Key. A request is made
// of a text that tells one description from another.
type keyed struct {
	name, path string
	body       func(text string) (contentType, body string)
	mismatch   int // the answer to the same key with another text
	jobs       int // that one request makes
}

func asJSON(v any) (string, string) {
	b, _ := json.Marshal(v)
	return "application/json", string(b)
}

func keyedWays(t *testing.T, c *stage.Client) []keyed {
	native := func(text string) object { return object{"executable": "/bin/echo", "arguments": []string{text}} }
	manifest := func(text string) object { return object{"Executable": "/bin/echo", "Arguments": text} }
	unicore := func(text string) (string, string) {
		return asJSON(object{"Executable": "echo", "Arguments": []string{text}})
	}
	form := func(text string, files bool) (string, string) {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for range 2 {
			_, m := asJSON(manifest(text))
			_ = w.WriteField("manifest", m)
		}
		if files {
			f, _ := w.CreateFormFile("file", "in.txt")
			_, _ = io.WriteString(f, "of the sandbox")
		}
		_ = w.Close()
		return w.FormDataContentType(), b.String()
	}
	at := do(t, c, "POST", "/DEMO-SITE/rest/core/sites", object{}, nil)["Location"][0]
	site := at[strings.Index(at, "/DEMO-SITE"):]
	at = do(t, c, "POST", "/DEMO-SITE/rest/core/jobs", object{"Job type": "ALLOCATE", "Not before": "2099-01-01 00:00"}, nil)["Location"][0]
	allocation := at[strings.Index(at, "/DEMO-SITE"):]
	t.Cleanup(func() {
		_, _ = c.Do(context.Background(), "DELETE", site, nil, nil)
		_, _ = c.Do(context.Background(), "DELETE", allocation, nil, nil)
	})
	return []keyed{
		{"native", "/api/v1/jobs", func(s string) (string, string) { return asJSON(native(s)) }, 422, 1},
		{"a native batch", "/api/v1/jobs/batch", func(s string) (string, string) { return asJSON(object{"jobs": []object{native(s), native("b")}}) }, 422, 2},
		{"a native sweep", "/api/v1/jobs", func(s string) (string, string) {
			return asJSON(object{"executable": "/bin/echo", "sweep": []object{{"kind": "parameter", "name": "P", "values": []string{s, "b"}}}})
		}, 422, 1},
		{"UNICORE", "/DEMO-SITE/rest/core/jobs", unicore, 422, 1},
		{"a UNICORE site", site, unicore, 422, 1},
		{"a UNICORE allocation", allocation, unicore, 422, 1},
		{"DIRAC", "/jobs", func(s string) (string, string) { return asJSON(manifest(s)) }, 422, 1},
		{"several of DIRAC", "/jobs", func(s string) (string, string) { return asJSON([]object{manifest(s), manifest("b")}) }, 422, 2},
		{"DIRAC's parameters", "/jobs", func(s string) (string, string) {
			return asJSON(object{"Executable": "/bin/echo", "Arguments": "%s", "Parameters": []string{s, "b", "c"}})
		}, 422, 3},
		{"a DIRAC form", "/jobs", func(s string) (string, string) {
			_, m := asJSON(manifest(s))
			return "application/x-www-form-urlencoded", url.Values{"manifest": {m}}.Encode()
		}, 422, 1},
		{"a DIRAC form in parts", "/jobs", func(s string) (string, string) { return form(s, false) }, 422, 2},
		{"a DIRAC form with files", "/jobs", func(s string) (string, string) { return form(s, true) }, 422, 2},
		{"core4", "/core4/api/v1/job", func(s string) (string, string) {
			return asJSON(object{"qual_name": "core4.demo.job.Sleep", "args": object{"of": t.Name() + s}, "follow": false})
		}, 409, 1},
		{"core4's older way", "/core4/api/v1/jobs/enqueue", func(s string) (string, string) {
			return asJSON(object{"name": "core4.demo.job.Sleep", "older": t.Name() + s})
		}, 409, 1},
	}
}

var (
	decimals = regexp.MustCompile(`[0-9]{10,}`)
	hexes    = regexp.MustCompile(`[0-9a-f]{24}`)
)

// madeBy are the ids of the jobs that an answer names.
func madeBy(t *testing.T, way keyed, resp *http.Response, body string) (ids []string) {
	t.Helper()
	switch {
	case strings.HasPrefix(way.path, "/api/v1"):
		var one struct {
			ID   string
			Jobs []struct{ ID string }
		}
		if err := json.Unmarshal([]byte(body), &one); err != nil {
			t.Fatalf("%v: %s", err, body)
		}
		if one.ID != "" {
			ids = append(ids, one.ID)
		}
		for _, j := range one.Jobs {
			ids = append(ids, j.ID)
		}
	case strings.HasPrefix(way.path, "/DEMO-SITE"):
		at := resp.Header.Get("Location")
		ids = append(ids, at[strings.LastIndex(at, "/")+1:])
	case strings.HasPrefix(way.path, "/jobs"):
		for _, n := range decimals.FindAllString(body, -1) {
			v, err := strconv.ParseUint(n, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id.ID(v).String())
		}
	default:
		all := hexes.FindAllString(body, -1) // the envelope's own id, too
		for _, h := range all {
			if v, err := strconv.ParseUint(h, 16, 64); err == nil {
				ids = append(ids, id.ID(v).String())
			}
		}
	}
	return ids
}

// Every way to submit takes an Idempotency-Key: the request can be repeated
// until it is answered, and makes its jobs once; with another description it is
// refused; another key, and another's key, are other jobs.
func TestAKeyMakesItsJobsOnce(t *testing.T) {
	t.Parallel()
	c, other := as(t, "admin", "hans"), demouser(t)
	for _, way := range keyedWays(t, c) {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			send := func(c *stage.Client, key, text string) (int, string, string) {
				kind, body := way.body(text)
				resp, answer := raw(t, c, "POST", way.path, strings.NewReader(body), "Content-Type: "+kind, "Idempotency-Key: "+key)
				if resp.StatusCode/100 != 2 {
					return resp.StatusCode, "", answer
				}
				ids := madeBy(t, way, resp, answer)
				if len(ids) != way.jobs {
					t.Fatalf("%d jobs: %v in %s", len(ids), ids, answer)
				}
				t.Cleanup(func() { // some would go on for a while
					_, _ = c.Do(context.Background(), "POST", "/api/v1/jobs/act", object{"do": "abort", "ids": ids}, nil)
				})
				return resp.StatusCode, fmt.Sprint(ids), answer
			}
			status, first, answer := send(c, t.Name(), "one")
			if status/100 != 2 {
				t.Fatalf("%d %s", status, answer)
			}
			if again, same, answer := send(c, t.Name(), "one"); again != status || same != first {
				t.Errorf("repeated: %d %s, and before %d %s: %s", again, same, status, first, answer)
			}
			if status, _, answer := send(c, t.Name(), "two"); status != way.mismatch || !strings.Contains(strings.ToLower(answer), "key") {
				t.Errorf("with another description: %d %s", status, answer)
			}
			if _, ids, answer := send(c, t.Name()+" more", "three"); ids == "" || ids == first {
				t.Errorf("with another key: %s %s", ids, answer)
			}
			if !strings.HasPrefix(way.path, "/core4") && !strings.Contains(way.path, "/sites/") && way.name != "a UNICORE allocation" {
				if _, ids, answer := send(other, t.Name(), "one"); ids == "" || ids == first {
					t.Errorf("somebody else's: %s %s", ids, answer)
				}
				if status, _, answer := send(c, strings.Repeat("k", 300), "four"); status != 400 || !strings.Contains(strings.ToLower(answer), "key") {
					t.Errorf("with a long key: %d %s", status, answer)
				}
			}
		})
	}
}
