package e2e

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// unicoreSubmit submits through UNICORE's door.
func unicoreSubmit(t *testing.T, d *everyDoor, description object) string {
	t.Helper()
	at := do(t, d.Client, "POST", strings.TrimSuffix(unicoreJobs, "/"), description, nil)["Location"][0]
	return at[strings.LastIndex(at, "/")+1:]
}

func workFile(t *testing.T, d *everyDoor, jobID, name string) string {
	t.Helper()
	return get(t, d.Client, "/DEMO-SITE/rest/core/storages/"+jobID+"-uspace/files/"+name, "Accept: application/octet-stream")
}

// A job brings files of the description, of the Web, of another job, and sends
// what it has made; its password is nowhere.
//
// covers: U4-153 U4-154 U4-171 U4-175 C4-429
func TestDataGoesInAndOutOfAUNICOREJob(t *testing.T) {
	t.Parallel()
	d, o := &everyDoor{as(t, "admin", "hans")}, newOutside(t)
	earlier := unicoreSubmit(t, d, object{"Imports": []object{{"To": "d/left.txt", "Data": "left "}, {"To": "d/right.txt", "Data": "right"}}})
	d.arrives(t, earlier, "succeeded", false)
	storage := up.URL + "/DEMO-SITE/rest/core/storages/" + earlier + "-uspace/files"
	jobID := unicoreSubmit(t, d, object{
		"Executable": "cat inline.txt web/a.txt left.txt all/*.txt > out.txt; cp out.txt second.log",
		"Imports": []object{
			{"To": "inline.txt", "Data": "inline "},
			{"From": o.URL + "/locked/a.txt", "To": "web/a.txt", "Credentials": object{"Username": "me", "Password": "hush-hush"}},
			{"From": "BFT:" + storage + "/d/left.txt", "To": "left.txt", "Permissions": "r--"},
			{"From": storage + "/d/*.txt", "To": "all"},
			{"From": o.URL + "/gone/b", "To": "b", "FailOnError": false},
			{"From": o.URL + "/held/c", "To": "c"},
		},
		"Exports": []object{
			{"From": "out.txt", "To": o.URL + "/in/out.txt", "Credentials": object{"Token": "hush-token"}},
			{"From": "second.log", "To": o.URL + "/held/second.log"},
		},
	})
	if path := <-o.held; path != "/held/c" {
		t.Fatalf("it waits for %s", path)
	}
	d.arrives(t, jobID, "staging_in", false)
	if word := d.field(t, unicoreJobs+jobID, "status"); word != "STAGINGIN" {
		t.Errorf("while files are brought it is %s", word)
	}
	o.gate <- struct{}{}
	<-o.held
	d.arrives(t, jobID, "staging_out", false)
	if word := d.field(t, unicoreJobs+jobID, "status"); word != "STAGINGOUT" {
		t.Errorf("while files are sent it is %s", word)
	}
	o.let()
	d.arrives(t, jobID, "succeeded", false)
	const want = "inline content of /locked/a.txtleft left right"
	if got, auth := o.was("/in/out.txt"); got != want || auth != "Token hush-token" {
		t.Errorf("sent %q with %q, not %q", got, auth, want)
	}
	if got, auth := o.was("/held/second.log"); got != want || auth != "" {
		t.Errorf("sent %q with %q", got, auth)
	}
	if _, auth := o.was("/locked/a.txt"); auth != "Basic bWU6aHVzaC1odXNo" {
		t.Errorf("fetched with %q", auth)
	}
	var shown []string
	for _, path := range []string{unicoreJobs + jobID + "/submitted", unicoreJobs + jobID, "/api/v1/jobs/" + jobID} {
		shown = append(shown, get(t, d.Client, path, "Accept: application/json"))
	}
	if text := strings.Join(shown, "\n"); strings.Contains(text, "hush") || !strings.Contains(shown[0], `"***"`) {
		t.Errorf("shown is %s", text)
	}
	if !strings.Contains(shown[1], "/gone/b: answered 404 Not Found") || !strings.Contains(shown[1], "The output out.txt was sent") {
		t.Errorf("the log is %s", shown[1])
	}
}

// What cannot be brought fails the job by name and reason, and what would lead
// to private places is not even tried.
func TestABadImportIsNamed(t *testing.T) {
	t.Parallel()
	d, o := &everyDoor{as(t, "admin", "hans")}, newOutside(t)
	for from, want := range map[string]string{
		o.URL + "/gone/a?key=hush":          "The input a could not be brought: " + o.URL + "/gone/a: answered 404 Not Found",
		"ftp://x.example/a":                 "The input a could not be brought: ",
		"http://169.254.169.254/latest":     "The input a could not be brought: ",
		"storage:" + "00000000001-uspace/a": "The input a could not be brought: ",
		"file:/etc/passwd":                  "The input a could not be brought: ",
	} {
		j := awaitEnd(t, d.Client, submit(t, d.Client, object{"executable": "cat", "arguments": []string{"a"}, "imports": []object{{"from": from, "to": "a"}}}).ID)
		if j.State != "failed" || !strings.HasPrefix(j.Reason, want) || strings.Contains(j.Reason, "hush") {
			t.Errorf("%s: %s because %q", from, j.State, j.Reason)
		}
	}
}

// An import that is swept over makes a child for each URL.
//
// covers: C4-420
func TestAnImportSweepBringsOneFileToEachChild(t *testing.T) {
	t.Parallel()
	d, o := &everyDoor{as(t, "admin", "hans")}, newOutside(t)
	jobID := unicoreSubmit(t, d, object{
		"Executable": "cat in.txt ../shared.txt",
		"Imports":    []object{{"From": []string{o.URL + "/1", o.URL + "/2"}, "To": "in.txt"}, {"From": o.URL + "/s", "To": "shared.txt"}},
		"Exports":    []object{{"From": "*/stdout", "To": o.URL + "/in/"}},
	})
	j := awaitEnd(t, d.Client, jobID)
	for i, want := range []string{"content of /1", "content of /2"} {
		if got := workFile(t, d, jobID, string(rune('0'+i))+"/stdout"); !strings.Contains(got, want) {
			t.Errorf("child %d has %q", i, got)
		}
	}
	if j.State != "succeeded" {
		t.Errorf("%s because %q", j.State, j.Reason)
	}
}

// The command line takes secrets from a file, or asks.
func TestTheCommandLineBringsAndSends(t *testing.T) {
	t.Parallel()
	d, o := &everyDoor{as(t, "admin", "hans")}, newOutside(t)
	host := strings.TrimPrefix(o.URL, "http://")
	text, err := json.Marshal(object{host: object{"bearer": "hush"}})
	if err != nil {
		t.Fatal(err)
	}
	path := t.TempDir() + "/secrets.json"
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	out := d.heddle(t, "run", "--secrets", path, "--import", o.URL+"/locked/a=a", "--export", "stdout="+o.URL+"/in/cli", "--", "cat", "a")
	if !strings.Contains(out, "content of /locked/a") {
		t.Errorf("printed %s", out)
	}
	if got, auth := o.was("/in/cli"); got != "content of /locked/a" || auth != "Bearer hush" {
		t.Errorf("sent %q with %q", got, auth)
	}
}

// Inline data keeps its place among the imports, and its mode: it may be added
// to what an import has brought, and what is there already may be kept.
//
// covers: U4-153 C4-429
func TestInlineDataKeepsItsPlaceAndMode(t *testing.T) {
	t.Parallel()
	d, o := &everyDoor{as(t, "admin", "hans")}, newOutside(t)
	jobID := unicoreSubmit(t, d, object{
		"Executable": "cat a.txt b.txt > out.txt",
		"Imports": []object{
			{"To": "a.txt", "Data": "first "},
			{"From": o.URL + "/web/x", "To": "a.txt", "Mode": "append"},
			{"To": "a.txt", "Data": " last", "Mode": "append"},
			{"To": "b.txt", "Data": " kept"},
			{"To": "b.txt", "Data": "lost", "Mode": "nooverwrite", "FailOnError": false},
		},
	})
	d.arrives(t, jobID, "succeeded", false)
	if got := workFile(t, d, jobID, "out.txt"); got != "first content of /web/x last kept" {
		t.Errorf("it has read %q", got)
	}
	if text := get(t, d.Client, unicoreJobs+jobID, "Accept: application/json"); !strings.Contains(text, "The input b.txt could not be written") {
		t.Errorf("the log is %s", text)
	}
	jobID = unicoreSubmit(t, d, object{"Imports": []object{{"To": "b", "Data": "1"}, {"To": "b", "Data": "2", "Mode": "nooverwrite"}}})
	if j := awaitEnd(t, d.Client, jobID); j.State != "failed" || !strings.HasPrefix(j.Reason, "The input b could not be written: ") {
		t.Errorf("what is there already: %s because %q", j.State, j.Reason)
	}
}
