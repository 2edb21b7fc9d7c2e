package description

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// imports reads what is to be brought into the working directory: what the
// description itself holds, and what is at a URL.
func (r *reader) imports(doc lenient.Object, spec *jobsapi.Spec) {
	r.each(doc, "Imports", "To", "From", func(key string, o lenient.Object) { r.imported(key, o, spec) })
}

// each visits the entries of a list, or of a map by one end of the transfer
// whose values are the other end or all the rest.
func (r *reader) each(doc lenient.Object, key, end, other string, visit func(string, lenient.Object)) {
	v, ok := doc.Get(key)
	if !ok {
		return
	}
	list, isList := v.([]any)
	switch byEnd, isMap := v.(lenient.Object); {
	case isMap:
		for _, m := range byEnd {
			o, ok := m.Value.(lenient.Object)
			if !ok {
				o = lenient.Object{{Name: other, Value: m.Value}}
			}
			visit(key+"."+m.Name, o.With(end, m.Name))
		}
	case isList:
		for i, item := range list {
			name := fmt.Sprintf("%s[%d]", key, i)
			if o, ok := item.(lenient.Object); ok {
				visit(name, o)
			} else {
				r.problem(name, "must be a map")
			}
		}
	default:
		r.problem(key, "must be a list or a map")
	}
}

func (r *reader) imported(key string, o lenient.Object, spec *jobsapi.Spec) {
	r.under(key, func(sub *reader) []string {
		to, toKey := sub.first(o, "To", "file")
		to = sub.inside(toKey, to)
		if sub.has(o, "Data") {
			spec.Inputs = append(spec.Inputs, jobsapi.Input{Path: to, Data: sub.data(o), Permissions: sub.permissions(o),
				Mode: sub.mode(o), Optional: sub.optional(o), After: len(spec.Imports)})
			return nil
		}
		t := sub.transfer(o)
		t.To, t.Permissions, t.ReadOnly = to, sub.permissions(o), sub.flag(o, "ReadOnly")
		var sources []string
		sources, t.From = sub.sources(o)
		if sources != nil {
			spec.Sweep = append(spec.Sweep, jobsapi.Axis{Kind: jobsapi.SweepImport, At: len(spec.Imports), Values: sources})
		}
		t.Secret = r.secret(sub, o, fmt.Sprintf("import-%d", len(spec.Imports)))
		spec.Imports = append(spec.Imports, t)
		return nil
	})
}

// sources are the URLs of a sweep, and the first of them, or the only one.
func (r *reader) sources(o lenient.Object) (swept []string, from string) {
	key := "From"
	if !r.has(o, key) && r.has(o, "source") {
		key = "source"
	}
	v, _ := o.Get(key)
	if _, isList := v.([]any); isList {
		swept = r.lines(o, key)
		if len(swept) == 0 || len(swept) > maxValues {
			r.problem(key, "must be a list of 1 to %d URLs", maxValues)
			return swept, ""
		}
		for i, url := range swept {
			if swept[i] = r.end(fmt.Sprintf("%s[%d]", key, i), url); url == "" {
				r.problem(fmt.Sprintf("%s[%d]", key, i), "must be a URL")
			}
		}
		return swept, swept[0]
	}
	from = r.text(o, key)
	if from == "" || strings.HasPrefix(from, "inline:") {
		r.problem(key, "must be a URL where there is no Data")
	}
	return nil, r.end(key, from)
}

// exports reads what is to be sent away in the end.
func (r *reader) exports(doc lenient.Object, spec *jobsapi.Spec) {
	r.each(doc, "Exports", "From", "To", func(key string, o lenient.Object) {
		r.under(key, func(sub *reader) []string {
			from, fromKey := sub.first(o, "From", "file")
			to, toKey := sub.first(o, "To", "target")
			if to == "" {
				sub.problem(toKey, "must be a URL")
			}
			t := sub.transfer(o)
			t.From, t.To = sub.inside(fromKey, from), sub.end(toKey, to)
			t.Secret = r.secret(sub, o, fmt.Sprintf("export-%d", len(spec.Exports)))
			spec.Exports = append(spec.Exports, t)
			return nil
		})
	})
}

func (r *reader) optional(o lenient.Object) bool {
	return r.has(o, "FailOnError") && !r.flag(o, "FailOnError")
}

// mode reads what becomes of a file that is there already.
func (r *reader) mode(o lenient.Object) string {
	switch mode := lower(r.text(o, "Mode")); mode {
	case "", jobsapi.Overwrite:
	case jobsapi.Append, jobsapi.NoOverwrite:
		return mode
	default:
		r.problem("Mode", "%q is none of overwrite, append, nooverwrite", mode)
	}
	return ""
}

// transfer reads what imports and exports have in common.
func (r *reader) transfer(o lenient.Object) jobsapi.Transfer {
	t := jobsapi.Transfer{Optional: r.optional(o), Mode: r.mode(o)}
	if v, ok := o.Get("ExtraParameters"); ok {
		extra, isMap := v.(lenient.Object)
		if !isMap {
			r.problem("ExtraParameters", "must be a map")
		}
		for _, m := range extra {
			t.Extra = with(t.Extra, m.Name, r.text(extra, m.Name))
		}
	}
	return t
}

// secret keeps the credentials of a transfer, and returns the name under which
// they are to be found. Without any the caller's identity has to do.
func (r *reader) secret(sub *reader, o lenient.Object, name string) string {
	v, ok := o.Get("Credentials")
	if !ok {
		return ""
	}
	c, isMap := v.(lenient.Object)
	if !isMap {
		sub.problem("Credentials", "must be a map")
	}
	s := jobsapi.Secret{Username: sub.text(c, "Username"), Password: sub.text(c, "Password"),
		Bearer: sub.text(c, "BearerToken"), Token: sub.text(c, "Token")}
	if s == (jobsapi.Secret{}) {
		return ""
	}
	if r.secrets == nil {
		r.secrets = map[string]jobsapi.Secret{}
	}
	r.secrets[name] = s
	return name
}

// data reads the content: a text, or lines that each end with a line break.
func (r *reader) data(o lenient.Object) string {
	v, _ := o.Get("Data")
	if from, key := r.first(o, "From", "source"); from != "" && !strings.HasPrefix(from, "inline:") {
		r.problem(key, "must begin with inline: where there is Data")
	}
	if s, isText := v.(string); isText {
		return s
	}
	var b strings.Builder
	for _, line := range r.lines(o, "Data") {
		b.WriteString(strings.TrimSuffix(line, "\n") + "\n")
	}
	return b.String()
}

var permissions = regexp.MustCompile(`^([r-][w-][x-]){1,3}$`)

// permissions reads rwx triples for user, group and others.
func (r *reader) permissions(o lenient.Object) string {
	text := r.text(o, "Permissions")
	if text != "" && !permissions.MatchString(text) {
		r.problem("Permissions", "%q is not of the form rwxr-x---", text)
	}
	return text
}
