package description

import (
	"fmt"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// userDN is the variable that tells a job whose it is.
const userDN = "UC_USERDN"

// command reads what is to be run. A description without a command is only a
// working directory.
func (r *reader) command(doc lenient.Object, site Site, spec *jobsapi.Spec) {
	spec.Umask = r.umask(doc)
	spec.Pre = r.hook(doc, "User precommand", "UserPrecommand")
	spec.Post = r.hook(doc, "User postcommand", "UserPostcommand")
	if name := r.text(doc, "ApplicationName"); name != "" {
		spec.Application = &jobsapi.Application{Name: name, Version: r.text(doc, "ApplicationVersion")}
		if spec.Name == "" {
			spec.Name = name
		}
	}
	if v, ok := doc.Get("Executable"); ok {
		text, isText := v.(string)
		if !isText || strings.TrimSpace(text) == "" || strings.ContainsAny(text, "\n\x00") {
			r.problem("Executable", "must be a command on one line")
		}
		spec.Command = text
	}
	spec.Shell = spec.Application != nil && spec.Command == ""
	spec.Arguments = r.arguments(doc, spec)
	spec.Parameters = r.variables(doc, "Parameters", spec)
	spec.Environment = r.variables(doc, "Environment", spec)
	switch {
	case spec.Command != "" || spec.Application != nil:
		spec.Environment = with(spec.Environment, userDN, site.UserDN)
		if spec.Umask == "" {
			spec.Umask = site.Umask
		}
	case spec.Pre != nil || spec.Post != nil:
		r.problem("Executable", "is needed where there is a user command")
	default: // nothing reads these
		spec.Environment, spec.Parameters, spec.Arguments, spec.Stdin, spec.Umask = nil, nil, nil, "", ""
		spec.Sweep = slices.DeleteFunc(spec.Sweep, func(a jobsapi.Axis) bool { return a.Kind != jobsapi.SweepImport })
		if len(spec.Sweep) == 0 {
			spec.Sweep = nil
		}
	}
}

func with(m map[string]string, name, value string) map[string]string {
	if value == "" {
		return m
	}
	if m == nil {
		m = map[string]string{}
	}
	m[name] = value
	return m
}

// hook reads a user command before or after the main one. The client's helper
// classes spell the option with a small c.
func (r *reader) hook(doc lenient.Object, key, prefix string) *jobsapi.Hook {
	lines := r.lines(doc, key)
	if len(lines) == 0 {
		return nil
	}
	inJob := false
	if where := "Run" + prefix + "OnLoginNode"; r.has(doc, where) {
		inJob = !r.flag(doc, where)
	}
	return &jobsapi.Hook{
		Script:         strings.Join(lines, "\n"),
		IgnoreExitCode: r.flag(doc, prefix+"IgnoreNonZeroExitCode", prefix+"IgnoreNonZeroExitcode"),
		InJob:          inJob,
	}
}

func (r *reader) arguments(doc lenient.Object, spec *jobsapi.Spec) []string {
	const key = "Arguments"
	v, ok := doc.Get(key)
	if !ok {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		r.problem(key, "must be a list")
	}
	var args []string
	for i, item := range list {
		name := fmt.Sprintf("%s[%d]", key, i)
		if o, swept := item.(lenient.Object); swept {
			spec.Sweep = append(spec.Sweep, jobsapi.Axis{Kind: jobsapi.SweepArgument, At: i, Values: r.values(name, o)})
			args = append(args, "")
			continue
		}
		s, ok := lenient.Text(item)
		switch {
		case ok && strings.ContainsAny(s, "\n\x00"):
			r.problem(name, "must be on one line")
		case !ok:
			r.problem(name, "must be a text")
		}
		args = append(args, s)
	}
	return args
}

// variables reads names and values: a map or, of the environment, also a list
// of NAME=value. A parameter may have many values.
func (r *reader) variables(doc lenient.Object, key string, spec *jobsapi.Spec) map[string]string {
	v, ok := doc.Get(key)
	if !ok {
		return nil
	}
	var all map[string]string
	add := func(name string, value any) {
		text, ok := lenient.Text(value)
		o, swept := value.(lenient.Object)
		switch {
		case !jobsapi.Variable(name) || strings.ContainsRune(text, 0):
			r.problem(key, "%q cannot be an environment variable", name)
		case swept && key == "Parameters":
			axis := jobsapi.Axis{Kind: jobsapi.SweepParameter, Name: name, Values: r.values(key+"."+name, o)}
			spec.Sweep = append(spec.Sweep, axis)
		case !ok && value != nil:
			r.problem(key+"."+name, "must be a text")
		default:
			if all == nil {
				all = map[string]string{}
			}
			all[name] = text
		}
	}
	list, isList := v.([]any)
	switch members, isMap := v.(lenient.Object); {
	case isMap:
		for _, m := range members {
			add(m.Name, m.Value)
		}
	case isList && key == "Environment":
		for _, item := range list {
			text, _ := lenient.Text(item)
			name, value, _ := strings.Cut(text, "=")
			add(strings.TrimSpace(name), value)
		}
	default:
		r.problem(key, "must be a map%s", map[string]string{"Environment": " or a list of NAME=value"}[key])
	}
	return all
}

// umask reads the mode mask of the job's files, in octal.
func (r *reader) umask(doc lenient.Object) string {
	mask, key := r.first(doc, "Umask", "umask")
	if len(mask) > 4 || strings.Trim(mask, "01234567") != "" || len(mask) == 4 && mask[0] != '0' {
		r.problem(key, "%q is no octal mask", mask)
	}
	return mask
}
