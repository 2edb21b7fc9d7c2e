package manifest

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// inTheSection are the fields of a Spec that no key of DIRAC's says.
const inTheSection = ` script stdin inputs client_stage_in ignore_exit_code group project queue tags origin application parameters command shell pre post
	umask on_login login_node user_email directives exports sweep awaits not_before hold notify kind within parent
	resources.memory resources.runtime resources.nodes resources.cpus_per_node resources.gpus resources.processes resources.exclusive resources.other `

// Every field has a key, or is known to be the section's.
func TestEveryFieldHasAKey(t *testing.T) {
	t.Parallel()
	var fields []string
	walk := func(prefix string, of reflect.Type) {
		for i := range of.NumField() {
			tag, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
			if prefix+tag != "resources" {
				fields = append(fields, prefix+tag)
			}
		}
	}
	walk("", reflect.TypeFor[jobsapi.Spec]())
	walk("resources.", reflect.TypeFor[jobsapi.Resources]())
	for _, f := range fields {
		section := slices.Contains(strings.Fields(inTheSection), f)
		name := NameOf(jobsapi.Spec{}, f)
		_, known := byName[strings.ToLower(name)]
		switch {
		case section && name != Section+"."+f, !section && f != "imports" && !known:
			t.Errorf("%s is named %s", f, name)
		case !section && names[f] == nil:
			t.Errorf("nobody has said what %s is called", f)
		}
	}
}

func TestFieldsAreNamedAsTheManifestDoes(t *testing.T) {
	t.Parallel()
	spec, err := Translate(parse(t, `{"executable": "x", "MinNumberOfProcessors": 3, "tag": "a", "InputSandbox": ["`+Entry("sha256/"+hash("b"))+`"],
		"Heddle": {"imports": [{"from": "http://h/x", "to": "y"}], "name": "n", "resources": {"cpu_time": 200}, "queue": "q", "inputs": [{"path": "a", "data": ""}]}}`), setting)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"requires": "Tags", "requires[0]": "Tags[0]", "resources.cpus": "MinNumberOfProcessors", "resources.cpu_time": "Heddle.resources.cpu_time",
		"name": "Heddle.name", "imports[0].from": "Heddle.imports[0].from", "imports[1].from": "InputSandbox", "imports[2].to": "InputSandbox",
		"queue": "Heddle.queue", "inputs[0].path": "Heddle.inputs[0].path", "arguments[4]": "Arguments", "environment.A": "ExecutionEnvironment.A",
		"priority": "Priority", "stdout": "StdOutput", "site": "Site", "banned_sites[1]": "BannedSites[1]", "job_group": "JobGroup",
		"key": "Idempotency-Key", "spec": "the manifest", "script": "Heddle.script", "": "",
	} {
		if got := NameOf(spec, path); got != want {
			t.Errorf("%s is named %s, want %s", path, got, want)
		}
	}
}
