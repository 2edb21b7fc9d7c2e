package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/test/stage"
)

// A moment is a stage of a job's life at which it stands still until the test
// moves it, with what each door calls it.
type moment struct {
	name                          string
	native, dirac, unicore, core4 string
	spec, manifest, ucJob         object // nil: the door's dialect cannot describe it
	run                           bool   // its process runs and has written a line
	first                         string // how it comes to its end by itself: "stop" aborts it; a file lets it end
}

// program writes a line, and ends with a code as soon as somebody wants it to.
func program(code int) string {
	return fmt.Sprintf("echo here; while [ ! -e go ]; do sleep 0.1; done; exit %d", code)
}

// moments are those of the table. The outside is where jobs send their files;
// it keeps back its answer.
func moments(outside string) []moment {
	run := func(code int, end moment) moment {
		text := program(code)
		end.run = true
		end.spec = object{"executable": "/bin/sh", "arguments": []string{"-c", text}}
		end.manifest = object{"Executable": "/bin/sh", "Arguments": "-c '" + text + "'", "StdOutput": "stdout"}
		end.ucJob = object{"Executable": text}
		return end
	}
	held := func(m moment, more object) moment {
		m.spec = object{"executable": "/bin/true"}
		for k, v := range more {
			m.spec[k] = v
		}
		m.manifest = object{"Executable": "/bin/true", "Heddle": more}
		return m
	}
	ready := held(moment{name: "ready", native: "ready", dirac: "Checking", unicore: "READY", core4: "pending"}, object{"client_stage_in": true})
	ready.ucJob = object{"Executable": "/bin/true", "haveClientStageIn": "true"}
	queued := held(moment{name: "queued", native: "queued", dirac: "Waiting", unicore: "QUEUED", core4: "pending"}, object{"site": "NOWHERE"})
	queued.manifest = object{"Executable": "/bin/true", "Site": []string{"NOWHERE"}}
	matched := held(moment{name: "matched", native: "matched", dirac: "Matched", unicore: "QUEUED", core4: "pending"}, object{"site": heldSite, "queue": heldQueue})
	matched.manifest = object{"Executable": "/bin/true", "Site": []string{heldSite}, "Heddle": object{"queue": heldQueue}}
	sending := []object{{"from": "stdout", "to": outside + "/held/stdout"}}
	sends := held(moment{name: "staging out", native: "staging_out", dirac: "Completing", unicore: "STAGINGOUT", core4: "running"}, object{"exports": sending})
	sends.manifest["StdOutput"] = "stdout"
	sends.ucJob = object{"Executable": "/bin/true", "Exports": []object{{"From": "stdout", "To": outside + "/held/stdout"}}}
	return []moment{
		ready, sends,
		held(moment{name: "blocked", native: "blocked", dirac: "Waiting", unicore: "READY", core4: "pending"}, object{"hold": true}),
		queued,
		matched,
		run(0, moment{name: "running", native: "running", dirac: "Running", unicore: "RUNNING", core4: "running"}),
		run(0, moment{name: "succeeded", native: "succeeded", dirac: "Done", unicore: "SUCCESSFUL", core4: "complete", first: "go"}),
		run(3, moment{name: "failed", native: "failed", dirac: "Failed", unicore: "FAILED", core4: "error", first: "go"}),
		run(0, moment{name: "aborted", native: "aborted", dirac: "Killed", unicore: "FAILED", core4: "killed", first: "stop"}),
	}
}

// A doorway is how one door submits, shows, reads and kills. All of them are
// used by one person.
type doorway struct {
	name   string
	submit func(*testing.T, *everyDoor, moment) string // nil: not in this way
	word   func(*testing.T, *everyDoor, string) string
	want   func(moment) string
	stdout func(*testing.T, *everyDoor, string) string // of a job that runs; nil: not while it does
	kill   func(*testing.T, *everyDoor, string)
	silent bool // what it submits writes nothing
}

type everyDoor struct{ *stage.Client }

// field is one field of a JSON answer.
func (d *everyDoor) field(t *testing.T, path string, names ...string) string {
	t.Helper()
	var v any
	do(t, d.Client, "GET", path, nil, &v)
	for _, name := range names {
		m, _ := v.(object)
		v = m[name]
	}
	return fmt.Sprint(v)
}

func (d *everyDoor) heddle(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = append(os.Environ(), "HEDDLE_URL="+up.URL, "HEDDLE_TOKEN="+d.Token, "HEDDLE_CONFIG="+t.TempDir()+"/none.json")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("heddle %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func hexadecimal(t *testing.T, s string) string {
	t.Helper()
	v, err := id.Parse(s)
	if err != nil {
		t.Fatalf("%q is no id", s)
	}
	return fmt.Sprintf("%024x", uint64(v))
}

const unicoreJobs = "/DEMO-SITE/rest/core/jobs/"

func doorways() []doorway {
	return []doorway{
		{name: "native",
			submit: func(t *testing.T, d *everyDoor, m moment) string { return submit(t, d.Client, m.spec).ID },
			word:   func(t *testing.T, d *everyDoor, j string) string { return d.field(t, "/api/v1/jobs/"+j, "state") },
			want:   func(m moment) string { return m.native },
			stdout: func(t *testing.T, d *everyDoor, j string) string {
				return get(t, d.Client, "/api/v1/jobs/"+j+"/stdout")
			},
			kill: func(t *testing.T, d *everyDoor, j string) {
				do(t, d.Client, "POST", "/api/v1/jobs/"+j+"/abort", object{}, nil)
			}},
		{name: "DIRAC",
			submit: func(t *testing.T, d *everyDoor, m moment) string {
				var r struct {
					JIDs []uint64 `json:"jids"`
				}
				do(t, d.Client, "POST", "/jobs", m.manifest, &r)
				return id.ID(r.JIDs[0]).String()
			},
			word: func(t *testing.T, d *everyDoor, j string) string { return d.field(t, "/jobs/"+decimal(t, j), "status") },
			want: func(m moment) string { return m.dirac },
			kill: func(t *testing.T, d *everyDoor, j string) {
				do(t, d.Client, "DELETE", "/jobs/"+decimal(t, j), nil, nil)
			}},
		{name: "UNICORE",
			submit: func(t *testing.T, d *everyDoor, m moment) string {
				if m.ucJob == nil {
					return ""
				}
				at := do(t, d.Client, "POST", strings.TrimSuffix(unicoreJobs, "/"), m.ucJob, nil)["Location"][0]
				return at[strings.LastIndex(at, "/")+1:]
			},
			word: func(t *testing.T, d *everyDoor, j string) string { return d.field(t, unicoreJobs+j, "status") },
			want: func(m moment) string { return m.unicore },
			stdout: func(t *testing.T, d *everyDoor, j string) string {
				return get(t, d.Client, "/DEMO-SITE/rest/core/storages/"+j+"-uspace/files/stdout", "Accept: application/octet-stream")
			},
			kill: func(t *testing.T, d *everyDoor, j string) {
				do(t, d.Client, "POST", unicoreJobs+j+"/actions/abort", object{}, nil)
			}},
		{name: "core4", silent: true,
			submit: func(t *testing.T, d *everyDoor, m moment) string {
				if m.name != "running" && m.name != "aborted" {
					return "" // one starts what there is, by its name
				}
				var r struct {
					Data string `json:"data"`
				}
				do(t, d.Client, "POST", "/core4/api/v1/job", object{"qual_name": "core4.demo.job.Sleep", "args": object{"of": t.Name()}, "follow": false}, &r)
				n, err := strconv.ParseUint(r.Data, 16, 64)
				if err != nil {
					t.Fatal(err)
				}
				return id.ID(n).String()
			},
			word: func(t *testing.T, d *everyDoor, j string) string {
				return d.field(t, "/core4/api/v1/job/"+hexadecimal(t, j), "data", "state")
			},
			want: func(m moment) string { return m.core4 },
			kill: func(t *testing.T, d *everyDoor, j string) {
				do(t, d.Client, "PUT", "/core4/api/v1/job/kill/"+hexadecimal(t, j), nil, nil)
			}},
		{name: "command line",
			submit: func(t *testing.T, d *everyDoor, m moment) string {
				text, err := json.Marshal(m.spec)
				if err != nil {
					t.Fatal(err)
				}
				path := t.TempDir() + "/job.json"
				if err := os.WriteFile(path, text, 0o600); err != nil {
					t.Fatal(err)
				}
				return strings.TrimSpace(d.heddle(t, "submit", path))
			},
			word: func(t *testing.T, d *everyDoor, j string) string {
				var v struct {
					State string `json:"state"`
				}
				if err := json.Unmarshal([]byte(d.heddle(t, "job", j, "-o", "json")), &v); err != nil {
					t.Fatal(err)
				}
				return v.State
			},
			want:   func(m moment) string { return m.native },
			stdout: func(t *testing.T, d *everyDoor, j string) string { return d.heddle(t, "logs", j) },
			kill:   func(t *testing.T, d *everyDoor, j string) { d.heddle(t, "abort", j) }},
	}
}

// arrives waits until a job is in the state, and for a running one until it
// has written its line: each wait is for a change of the job, or of its file.
func (d *everyDoor) arrives(t *testing.T, jobID, state string, written bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var j job
	for {
		if _, err := d.Do(ctx, "GET", fmt.Sprintf("/api/v1/jobs/%s?wait=20s&until=change&after=%d", jobID, j.Version), nil, &j); err != nil {
			t.Fatalf("job %s, wanted %s: %v", jobID, state, err)
		}
		if j.State == state {
			break
		}
		if j.State == "failed" || j.State == "aborted" || j.State == "succeeded" {
			t.Fatalf("%s instead of %s: %s", j.State, state, j.Reason)
		}
	}
	for written {
		resp, body, err := d.Send(ctx, "GET", "/api/v1/jobs/"+jobID+"/stdout", nil)
		if err != nil {
			t.Fatalf("job %s wrote nothing: %v", jobID, err)
		}
		if resp.StatusCode == 200 && body == "here\n" {
			return
		}
	}
}

// A job that was submitted through any door is at every moment seen by its
// right word, read and killed through each other door.
//
// covers: D1-040 D1-057 D1-065 U4-157 U4-175 U4-167 U4-168
func TestEveryDoorAtEveryMoment(t *testing.T) {
	t.Parallel()
	d := &everyDoor{as(t, "admin", "hans")}
	heldRunner(t)
	outside := newOutside(t).URL
	ways := doorways()
	for _, from := range ways {
		if from.submit == nil {
			continue
		}
		for _, m := range moments(outside) {
			t.Run(from.name+"/"+m.name, func(t *testing.T) {
				jobID := from.submit(t, d, m)
				if jobID == "" {
					return // its dialect has no word for that
				}
				if m.run {
					d.arrives(t, jobID, "running", !from.silent)
					for _, w := range ways {
						if w.stdout == nil || from.silent {
							continue
						}
						if got := w.stdout(t, d, jobID); got != "here\n" {
							t.Errorf("read through %s while it runs: %q", w.name, got)
						}
					}
				}
				switch m.first {
				case "go":
					put(t, d.Client, "/api/v1/storages/"+jobID+"-uspace/files/go", "")
					d.arrives(t, jobID, m.native, false)
				case "stop":
					ways[0].kill(t, d, jobID)
					d.arrives(t, jobID, m.native, false)
				default:
					d.arrives(t, jobID, m.native, false)
				}
				for _, w := range ways {
					if got := w.word(t, d, jobID); got != w.want(m) {
						t.Errorf("%s calls it %q, want %q", w.name, got, w.want(m))
					}
				}
				do(t, d.Client, "DELETE", "/api/v1/jobs/"+jobID, nil, nil)
			})
		}
	}
}

// A job that runs, through whichever door it came, is killed through each.
func TestEveryDoorKills(t *testing.T) {
	t.Parallel()
	d := &everyDoor{as(t, "admin", "hans")}
	for _, m := range moments("") {
		if m.name != "running" {
			continue
		}
		for _, from := range doorways() {
			for _, by := range doorways() {
				if from.submit == nil {
					continue
				}
				t.Run(from.name+"/"+by.name, func(t *testing.T) {
					jobID := from.submit(t, d, m)
					d.arrives(t, jobID, "running", false)
					by.kill(t, d, jobID)
					d.arrives(t, jobID, "aborted", false)
				})
			}
		}
	}
}
