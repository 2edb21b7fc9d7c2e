package description

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Describe says in UNICORE's words what a job is, whatever door it came
// through. Translate makes the same job of it, but for credentials, which
// nobody has any more.
func Describe(spec jobsapi.Spec) lenient.Object {
	w := &describer{}
	w.text("Name", spec.Name)
	w.program(spec)
	w.parameters(spec)
	w.variables("Environment", spec.Environment)
	w.text("Stdin", spec.Stdin)
	w.text("Stdout", spec.Stdout)
	w.text("Stderr", spec.Stderr)
	w.flag("IgnoreNonZeroExitCode", spec.IgnoreExitCode)
	w.hook("User precommand", "UserPrecommand", spec.Pre)
	w.hook("User postcommand", "UserPostcommand", spec.Post)
	w.text("Umask", spec.Umask)
	w.list("Tags", spec.Tags)
	w.text("Project", spec.Project)
	w.object("Resources", resourcesOf(spec))
	w.objects("Imports", importsOf(spec))
	w.objects("Exports", exportsOf(spec))
	w.flag("haveClientStageIn", spec.ClientStageIn)
	w.text("Job type", typeOf(spec))
	w.text("Login node", spec.LoginNode)
	w.text("BSS file", spec.Directives)
	w.text("User email", spec.UserEmail)
	if !spec.NotBefore.IsZero() {
		w.text("Not before", spec.NotBefore.UTC().Format("2006-01-02T15:04:05-0700"))
	}
	w.object("NotificationSettings", notificationOf(spec.Notify))
	return w.doc
}

// describer writes the keys that say something.
type describer struct{ doc lenient.Object }

func (w *describer) add(name string, value any) {
	w.doc = append(w.doc, lenient.Member{Name: name, Value: value})
}

func (w *describer) text(name, value string) {
	if value != "" {
		w.add(name, value)
	}
}

func (w *describer) flag(name string, value bool) {
	if value {
		w.add(name, true)
	}
}

func (w *describer) number(name string, value int64) {
	if value != 0 {
		w.text(name, strconv.FormatInt(value, 10))
	}
}

func (w *describer) list(name string, values []string) {
	if len(values) > 0 {
		w.add(name, anys(values))
	}
}

func (w *describer) object(name string, o lenient.Object) {
	if len(o) > 0 {
		w.add(name, o)
	}
}

func (w *describer) objects(name string, list []any) {
	if len(list) > 0 {
		w.add(name, list)
	}
}

func anys(values []string) []any {
	list := make([]any, len(values))
	for i, v := range values {
		list[i] = v
	}
	return list
}

// scriptFile is where a description says that a script is.
const scriptFile = "script.sh"

// plainWord is what a shell takes as it is.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./:=@%+,-]+$`)

// word is a text as one word of a command line.
func word(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// program tells what runs. A command line is as it was; a program gets one
// that says exactly its arguments.
func (w *describer) program(spec jobsapi.Spec) {
	args := anys(spec.Arguments)
	if spec.Command == "" && !spec.Shell {
		for i, a := range spec.Arguments {
			args[i] = word(a)
		}
	}
	for _, a := range spec.Sweep {
		if a.Kind == jobsapi.SweepArgument && a.At < len(args) {
			args[a.At] = lenient.Object{{Name: "Values", Value: anys(a.Values)}}
		}
	}
	switch {
	case spec.Command != "":
		w.text("Executable", spec.Command)
	case spec.Executable != "":
		w.text("Executable", word(spec.Executable))
	case spec.Script != "":
		w.text("Executable", "/bin/sh "+scriptFile)
	}
	if spec.Application != nil {
		w.text("ApplicationName", spec.Application.Name)
		w.text("ApplicationVersion", spec.Application.Version)
	}
	if len(args) > 0 {
		w.add("Arguments", args)
	}
}

func (w *describer) parameters(spec jobsapi.Spec) {
	var o lenient.Object
	for _, name := range slices.Sorted(maps.Keys(spec.Parameters)) {
		o = append(o, lenient.Member{Name: name, Value: spec.Parameters[name]})
	}
	for _, a := range spec.Sweep {
		if a.Kind == jobsapi.SweepParameter {
			o = append(o, lenient.Member{Name: a.Name, Value: lenient.Object{{Name: "Values", Value: anys(a.Values)}}})
		}
	}
	w.object("Parameters", o)
}

// variables are those that the user has given.
func (w *describer) variables(name string, values map[string]string) {
	var o lenient.Object
	for _, k := range slices.Sorted(maps.Keys(values)) {
		if k != userDN {
			o = append(o, lenient.Member{Name: k, Value: values[k]})
		}
	}
	w.object(name, o)
}

func (w *describer) hook(key, prefix string, h *jobsapi.Hook) {
	if h == nil {
		return
	}
	w.add(key, h.Script)
	w.flag(prefix+"IgnoreNonZeroExitCode", h.IgnoreExitCode)
	if h.InJob {
		w.add("Run"+prefix+"OnLoginNode", false)
	}
}

func typeOf(spec jobsapi.Spec) string {
	switch {
	case spec.Kind == jobsapi.Allocation:
		return typeAllocate
	case spec.Directives != "":
		return typeRaw
	case spec.OnLogin:
		return typeLogin
	}
	return ""
}
