package app_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/vault"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

type secrets = map[string]jobsapi.Secret

// opening is a job with secrets: those of a user name, of a bearer token and
// of a token, and the caller's own identity.
var opening = jobsapi.Spec{Executable: "cat",
	Imports: []jobsapi.Transfer{{From: here, To: "a", Secret: "s"}, {From: there, To: "b", Secret: "t"}, {From: "https://x.example/c", To: "c", Secret: "me"}},
	Exports: []jobsapi.Transfer{{From: "out", To: here, Secret: "u"}}}

var keys = secrets{"s": {Username: "alice", Password: "hush"}, "t": {Bearer: "hush-t"}, "u": {Token: "hush-u"}, "me": {}}

func TestSecretsOpenTheURLsAndAreNowhereElse(t *testing.T) {
	t.Parallel()
	w, c := newWorld(t), newCart()
	w.carry = c
	r := w.replica()
	me := as(t.Context(), "alice")
	j, err := r.Submit(me, jobsapi.SubmitRequest{Spec: opening, Secrets: keys})
	if err != nil {
		t.Fatal(err)
	}
	w.finish(r, j, 0)
	j = w.await(r, j, job.Succeeded)
	var got []string
	for _, r := range c.asked {
		got = append(got, r.Authorization)
	}
	if want := []string{"Basic YWxpY2U6aHVzaA==", "Bearer hush-t", "", "Token hush-u"}; !reflect.DeepEqual(got, want) {
		t.Errorf("opened with %q, not %q", got, want)
	}
	if text, err := json.Marshal(j); err != nil || strings.Contains(string(text), "hush") {
		t.Errorf("%v %s", err, text)
	}
	if text := w.journal(r); strings.Contains(text, "hush") {
		t.Errorf("the journal has %s", text)
	}
	again, err := r.Resubmit(me, jobsapi.ActRequest{ID: j.ID})
	if err != nil {
		t.Fatal(err)
	}
	w.await(r, again, job.Queued)
	if _, err := r.Destroy(me, jobsapi.ActRequest{ID: j.ID}); err != nil {
		t.Fatal(err)
	}
	if left := w.kept(r); len(left) != 1 || left[0] != again.ID.String() {
		t.Errorf("the vault has the secrets of %v", left)
	}
	if c.asked[len(c.asked)-2].Authorization != "Bearer hush-t" {
		t.Error("the job that does it again has no secrets")
	}
}

// journal is all that the journal holds, as text.
func (w *world) journal(r *replica) string {
	w.Helper()
	js, err := jetstream.New(r.nc)
	if err != nil {
		w.Fatal(err)
	}
	s, err := js.Stream(w.Context(), jobsapi.Stream)
	if err != nil {
		w.Fatal(err)
	}
	var b strings.Builder
	for n := uint64(1); n <= s.CachedInfo().State.LastSeq; n++ {
		m, err := s.GetMsg(w.Context(), n)
		if err != nil {
			w.Fatal(err)
		}
		b.Write(m.Data)
	}
	return b.String()
}

// kept are the jobs whose secrets the vault has.
func (w *world) kept(r *replica) []string {
	w.Helper()
	js, err := jetstream.New(r.nc)
	if err != nil {
		w.Fatal(err)
	}
	kv, err := js.KeyValue(w.Context(), "JOBS_VAULT")
	if err != nil {
		w.Fatal(err)
	}
	keys, err := kv.ListKeys(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	var all []string
	for k := range keys.Keys() {
		all = append(all, k)
	}
	return all
}

func TestARepeatFindsTheSecretsOfTheFirst(t *testing.T) {
	t.Parallel()
	w, c := newWorld(t), newCart()
	ch := c.hold(here)
	w.carry = c
	r := w.replica()
	me := as(t.Context(), "alice")
	var first jobsapi.Job
	for i, s := range []secrets{keys, {"s": {Bearer: "x"}, "t": {Bearer: "y"}, "u": {}, "me": {}}} {
		j, err := r.Submit(me, jobsapi.SubmitRequest{Spec: opening, Secrets: s, Key: "k"})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = j
		} else if j.ID != first.ID {
			t.Errorf("the repeat is %s, not %s", j.ID, first.ID)
		}
	}
	close(ch)
	w.await(r, first, job.Queued)
	if got := c.asked[1].Authorization; got != "Bearer hush-t" {
		t.Errorf("opened with %q", got)
	}
}

func TestJobsOfABatchAndChildrenHaveTheSecrets(t *testing.T) {
	t.Parallel()
	w, c := newWorld(t), newCart()
	w.carry = c
	r := w.replica()
	me := as(t.Context(), "alice")
	swept := opening
	swept.Sweep = []jobsapi.Axis{{Kind: jobsapi.SweepImport, Values: []string{here, "https://x.example/2"}}}
	b, err := r.SubmitMany(me, jobsapi.BatchRequest{Specs: []jobsapi.Spec{work, swept}, Secrets: keys})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // the plain job, and two children
		w.finish(r, b.Jobs[0], 0)
	}
	w.await(r, b.Jobs[1], job.Succeeded)
	opened := map[string]string{}
	for _, r := range c.asked {
		opened[r.URL] = r.Authorization
	}
	if opened["https://x.example/2"] != "Basic YWxpY2U6aHVzaA==" || opened[there] != "Bearer hush-t" || len(c.asked) != 5 {
		t.Errorf("opened with %v in %d carries", opened, len(c.asked))
	}
	if left := w.kept(r); len(left) != 1 || left[0] != b.Jobs[1].ID.String() {
		t.Errorf("the vault has the secrets of %v", left)
	}
}

func TestBadSecretsMakeNoJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	many := secrets{}
	for n := range id.ID(60) {
		many[n.String()] = jobsapi.Secret{}
	}
	plain := jobsapi.Spec{Imports: []jobsapi.Transfer{{From: here, To: "a"}}}
	for field, s := range map[string]struct {
		spec jobsapi.Spec
		secrets
	}{
		"imports[0].secret":    {jobsapi.Spec{Imports: []jobsapi.Transfer{{From: here, To: "a", Secret: "s"}}}, nil},
		"exports[0].secret":    {jobsapi.Spec{Exports: []jobsapi.Transfer{{From: "a", To: here, Secret: "s"}}}, secrets{"t": {}}},
		"secrets":              {plain, many},
		"secrets.s":            {plain, secrets{"s": {Bearer: strings.Repeat("x", 8193)}}},
		"secrets.line":         {plain, secrets{"line": {Token: "hush\r\nHost: x"}}},
		"secrets.two":          {plain, secrets{"two": {Token: "hush", Bearer: "hush"}}},
		"secrets.who.username": {plain, secrets{"who": {Username: "a:b", Password: "hush"}}},
		"imports[0].from":      {jobsapi.Spec{Imports: []jobsapi.Transfer{{From: "https://a:hush@x.example/a", To: "a"}}}, nil},
		"imports[1].from":      {jobsapi.Spec{Imports: []jobsapi.Transfer{plain.Imports[0], {From: "https://a:hu/sh@x.example/a", To: "a"}}}, nil},
		"exports[0].to":        {jobsapi.Spec{Exports: []jobsapi.Transfer{{From: "a", To: "https://hush@x.example"}}}, nil},
		"sweep[0].values[1]":   {jobsapi.Spec{Imports: plain.Imports, Sweep: []jobsapi.Axis{{Kind: jobsapi.SweepImport, Values: []string{here, "https://a:hush@x.example/a"}}}}, nil},
	} {
		_, err := r.Submit(as(t.Context(), "alice"), jobsapi.SubmitRequest{Spec: s.spec, Secrets: s.secrets})
		f := fault.From(err)
		if err == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != field {
			t.Errorf("%s: %+v", field, f)
			continue
		}
		if text, _ := json.Marshal(f); strings.Contains(string(text), "hush") {
			t.Errorf("%s: tells %s", field, text)
		}
		_, err = r.SubmitMany(as(t.Context(), "alice"), jobsapi.BatchRequest{Specs: []jobsapi.Spec{s.spec}, Secrets: s.secrets})
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s in a batch: %v", field, err)
		}
	}
	if left := w.kept(r); len(left) != 0 {
		t.Errorf("the vault has %v", left)
	}
}

// TestSecretsWithoutAJobGo: those of a submit that came to nothing.
func TestSecretsWithoutAJobGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	nc := w.server.Conn(t)
	v, err := vault.Open(t.Context(), nc, 1)
	if err != nil {
		t.Fatal(err)
	}
	const lost id.ID = 4711
	if _, err := v.Keep(t.Context(), lost, keys); err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	kv, err := js.KeyValue(t.Context(), vault.Bucket)
	if err != nil {
		t.Fatal(err)
	}
	watch, err := kv.Watch(t.Context(), lost.String())
	if err != nil {
		t.Fatal(err)
	}
	for e := range watch.Updates() {
		if e == nil { // from now on there are only updates
			break
		}
	}
	w.advance(2 * time.Hour)
	w.replica()
	if e := <-watch.Updates(); e.Operation() != jetstream.KeyValuePurge {
		t.Errorf("it was %v", e.Operation())
	}
}
