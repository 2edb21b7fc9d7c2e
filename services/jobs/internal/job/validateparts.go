package job

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Bounds of the lists that a description may have beside those of Limits.
const (
	maxTransfers = 1000
	maxAwaits    = 100
	maxSites     = 200
	maxURL       = 8192 // bytes
	// MaxChildren bounds a sweep.
	MaxChildren = 200
)

// parts checks what not every description has.
func (c *checker) parts(s Spec) {
	c.lists(s)
	c.programs(s)
	c.transfers("imports", s.Imports)
	c.transfers("exports", s.Exports)
	c.sweep(s)
	if c.count("awaits", len(s.Awaits), maxAwaits) {
		for i, d := range s.Awaits {
			c.name(at("awaits", i)+".job", d.Job)
			c.among(at("awaits", i)+".on", d.On, "", OnSuccess, OnFailure, OnEnd)
		}
	}
	c.notify(s.Notify)
	c.among("kind", string(s.Kind), "", string(Allocation))
	c.name("within", s.Within)
	c.name("job_group", s.JobGroup)
	c.name("job_type", s.JobType)
	c.more(s.Limits)
}

func (c *checker) lists(s Spec) {
	for _, l := range []struct {
		field  string
		values []string
	}{{"sites", s.Sites}, {"banned_sites", s.BannedSites}, {"requires", s.Requires}} {
		if c.count(l.field, len(l.values), maxSites) {
			for i, v := range l.values {
				c.name(at(l.field, i), v)
			}
		}
	}
}

func (c *checker) programs(s Spec) {
	c.text("command", s.Command, c.limits.Script)
	given := 0
	for _, there := range []bool{s.Executable != "", s.Script != "", s.Command != ""} {
		if there {
			given++
		}
	}
	if given > 1 && s.Command != "" {
		c.add("command", "cannot be given together with executable or script")
	}
	if s.Application != nil {
		c.name("application.name", s.Application.Name)
		c.name("application.version", s.Application.Version)
		if s.Application.Name == "" {
			c.add("application.name", "is required")
		}
	}
	if s.Pre != nil {
		c.text("pre.script", s.Pre.Script, c.limits.Script)
	}
	if s.Post != nil {
		c.text("post.script", s.Post.Script, c.limits.Script)
	}
	c.variables("parameters", s.Parameters)
	if n, err := strconv.ParseUint(s.Umask, 8, 16); s.Umask != "" && (err != nil || n > 0o777) {
		c.add("umask", "must be an octal number from 0 to 777")
	}
	c.name("login_node", s.LoginNode)
	c.name("user_email", s.UserEmail)
	if s.Directives != "" {
		c.path("directives", s.Directives)
	}
}

func (c *checker) transfers(field string, all []Transfer) {
	if !c.count(field, len(all), maxTransfers) {
		return
	}
	for i, t := range all {
		field := at(field, i)
		c.text(field+".from", t.From, maxURL)
		c.text(field+".to", t.To, maxURL)
		if t.From == "" {
			c.add(field+".from", "is required")
		}
		if t.To == "" {
			c.add(field+".to", "is required")
		}
		c.among(field+".mode", t.Mode, "", Overwrite, Append, NoOverwrite)
		c.name(field+".permissions", t.Permissions)
		c.name(field+".secret", t.Secret)
		c.options(field+".extra", t.Extra)
	}
	for i, t := range all {
		inside, name, outside, other := t.To, ".to", t.From, ".from"
		if field == "exports" {
			inside, name, outside, other = outside, other, inside, name
		}
		c.open(at(field, i)+other, outside)
		if inside != "" && (inside[0] == '/' || dotdot(inside)) {
			c.add(at(field, i)+name, "must be inside the working directory")
		}
	}
}

// open checks that a URL holds no password: it is in events for ever. One that
// is not well-formed might, where nobody would look for it.
func (c *checker) open(field, text string) {
	scheme, rest, _ := strings.Cut(text, "://")
	server, _, _ := strings.Cut(rest, "/")
	u, err := url.Parse(text)
	web := strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https")
	switch {
	case strings.Contains(server, "@"), err == nil && u.User != nil:
		c.add(field, "must not hold a user name or password; give them as a secret")
	case web && (err != nil || u.Host == ""):
		c.add(field, "is not a valid URL")
	}
}

func (c *checker) sweep(s Spec) {
	children := 1
	for i, a := range s.Sweep {
		field := at("sweep", i)
		c.axis(field, s, a)
		if children *= len(a.Values); children > MaxChildren || len(a.Values) > MaxChildren {
			c.add("sweep", "has more than %d combinations", MaxChildren)
			return
		}
		for k, v := range a.Values {
			field := fmt.Sprintf("%s.values[%d]", field, k)
			if c.text(field, v, c.limits.Argument); a.Kind == SweepImport {
				c.open(field, v)
			}
		}
	}
	if len(s.Sweep) > 0 && s.Directives != "" {
		// Each part has a directory of its own, without the file.
		c.add("directives", "cannot be given together with sweep")
	}
	if len(s.Sweep) > 0 && s.Kind == Allocation {
		c.add("sweep", "cannot be given together with kind allocation")
	}
}

func (c *checker) axis(field string, s Spec, a Axis) {
	if len(a.Values) == 0 {
		c.add(field+".values", "is empty")
	}
	switch a.Kind {
	case SweepParameter:
		if len(a.Name) > c.limits.Name || !Variable(a.Name) {
			c.add(field+".name", "%q is not a variable's name", clip(a.Name))
		}
	case SweepArgument:
		if a.At < 0 || a.At >= len(s.Arguments) {
			c.add(field+".at", "is no index of arguments")
		}
	case SweepImport:
		if a.At < 0 || a.At >= len(s.Imports) {
			c.add(field+".at", "is no index of imports")
		}
	default:
		c.add(field+".kind", "must be parameter, argument or import")
	}
}

func (c *checker) notify(n *Notification) {
	if n == nil {
		return
	}
	c.text("notify.url", n.URL, maxURL)
	switch u, err := url.Parse(n.URL); {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		c.add("notify.url", "must be an http or https URL")
	case u.User != nil: // all who may see the job would see it
		c.add("notify.url", "must not hold a user name or password")
	}
	if c.count("notify.states", len(n.States), len(States())) {
		for i, s := range n.States {
			if !slices.Contains(States(), s) {
				c.add(at("notify.states", i), "is not a state")
			}
		}
	}
	if c.count("notify.batch", len(n.Batch), maxSites) {
		for i, s := range n.Batch {
			c.name(at("notify.batch", i), s)
		}
	}
}

// more checks the resources beyond the plain ones.
func (c *checker) more(r Resources) {
	c.between("resources.cpus_per_node", int64(r.CPUsPerNode), maxCPUs)
	c.between("resources.gpus", int64(r.GPUs), maxCPUs)
	c.between("resources.processes", int64(r.Processes), maxCPUs)
	c.between("resources.cpu_time", r.CPUTime, maxRuntime)
	if c.count("resources.other", len(r.Other), maxSites) {
		for _, k := range slices.Sorted(maps.Keys(r.Other)) {
			c.name("resources.other", k)
			c.name("resources.other."+clip(k), r.Other[k])
		}
	}
}

func (c *checker) among(field, v string, of ...string) {
	if !slices.Contains(of, v) {
		c.add(field, "is %q; it must be one of %q", clip(v), of)
	}
}
