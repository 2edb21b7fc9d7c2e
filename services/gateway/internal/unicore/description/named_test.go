package description

import (
	"reflect"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// unsaid are the fields of a Spec that no document says.
var unsaid = map[string]bool{
	"group": true, "priority": true, "origin": true, "sites": true, "banned_sites": true, "requires": true, "outputs": true, "awaits": true,
	"hold": true, "parent": true, "job_group": true, "job_type": true,
}

// Every field has a name in the document, or is known to have none.
func TestEveryFieldHasAName(t *testing.T) {
	t.Parallel()
	n := NamesOf(jobsapi.Spec{Sweep: []jobsapi.Axis{{Kind: jobsapi.SweepArgument, At: 1}}}, nil)
	for _, field := range fields("", reflect.TypeFor[jobsapi.Spec]()) {
		top, _, _ := strings.Cut(strings.ReplaceAll(field, "[0]", ""), ".")
		name := n.Of(field)
		if got, want := name != field && !strings.Contains(name, "_"), !unsaid[top]; got != want {
			t.Errorf("%s is named %s", field, name)
		}
		if want := name == field || name[0] >= 'A' && name[0] <= 'Z' || name == "haveClientStageIn" || name == "the allocation"; !want {
			t.Errorf("%s is named %s", field, name)
		}
	}
}

// fields are the paths of a type's fields, down to what is no struct.
func fields(prefix string, of reflect.Type) (all []string) {
	for i := range of.NumField() {
		tag, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		path, inner := prefix+tag, of.Field(i).Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Slice && inner.Elem().Kind() == reflect.Struct {
			path, inner = path+"[0]", inner.Elem()
		}
		all = append(all, path)
		if inner.Kind() == reflect.Struct && strings.HasSuffix(inner.PkgPath(), "/job") {
			all = append(all, fields(path+".", inner)...)
		}
	}
	return all
}

// What stands before an entry does not count where the Spec has it elsewhere.
func TestFieldsAreNamedAsTheDocumentDoes(t *testing.T) {
	t.Parallel()
	doc := parsed(t, `{"Imports": [{"Data": "x", "To": "a"}, {"source": "http://u:p@h/x", "file": "b"}, {"Data": "y", "file": "c"}, {"From": ["http://h/1", "http://h/2"], "To": "d"}],
		"Exports": {"out": "http://h/x"}, "Notification": "http://h", "tags": "a", "Resources": {"CPUs": 2, "Project": "p"}, "UserPrecommandIgnoreNonZeroExitcode": true}`)
	n := NamesOf(jobsapi.Spec{Sweep: []jobsapi.Axis{{Kind: jobsapi.SweepImport, At: 1}, {Kind: jobsapi.SweepArgument, At: 2}, {Kind: jobsapi.SweepParameter, Name: "N"}}}, doc)
	for field, want := range map[string]string{
		"imports[0].from": "Imports[1].source", "imports[1].to": "Imports[3].To", "inputs[1].path": "Imports[2].file", "inputs[0].data": "Imports[0].Data",
		"imports[9].from": "Imports[9].From", "imports": "Imports", "imports[0]": "Imports[1]", "imports[0].extra.x": "Imports[1].ExtraParameters.x",
		"exports[0].from": "Exports.out.From", "exports[0].secret": "Exports.out.Credentials", "secrets.import-1.username": "Imports[3].Credentials",
		"sweep[0].values[1]": "Imports[3].From[1]", "sweep[1].values[0]": "Arguments[2]", "sweep[2].values": "Parameters.N", "sweep[7].at": "Parameters, Arguments and Imports[7].at",
		"notify.url": "Notification", "tags[3]": "tags", "resources.cpus": "Resources.CPUs", "resources.other.Wine": "Resources.Wine", "project": "Resources.Project",
		"pre.ignore_exit_code": "UserPrecommandIgnoreNonZeroExitcode", "pre.script": "User precommand", "key": "Idempotency-Key", "environment.A": "Environment.A",
		"arguments[2]": "Arguments[2]", "application": "ApplicationName", "application.version": "ApplicationVersion", "": "", "strange": "strange",
	} {
		if got := n.Of(field); got != want {
			t.Errorf("%s is named %s, want %s", field, got, want)
		}
	}
	long := NamesOf(jobsapi.Spec{}, parsed(t, `{"Notification": "x", "NotificationSettings": {"URL": "y"}, "Imports": 7, "Exports": [1]}`))
	if got := long.Of("notify.url"); got != "NotificationSettings.URL" {
		t.Error(got)
	}
	f := n.Fault(fault.New(fault.Invalid, "x", "x").WithField("imports[0].from", "must not hold a password; give them as a secret"))
	if got := f.Fields[0]; got.Name != "Imports[1].source" || !strings.HasSuffix(got.Message, "as Credentials") {
		t.Errorf("%+v", got)
	}
}

func parsed(t *testing.T, text string) lenient.Object {
	t.Helper()
	v, err := lenient.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v.(lenient.Object)
}
