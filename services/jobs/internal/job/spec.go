package job

import (
	"encoding/json"
	"slices"
	"time"
)

// Spec is the canonical description of a job. Every dialect translates its
// own form to and from it.
//
// A job runs Executable with Arguments (never through a shell), or Script as
// the text of a POSIX shell, or nothing at all: then it is only a working
// directory, and has succeeded as soon as its inputs are there.
type Spec struct {
	Name        string            `json:"name,omitempty" doc:"what people call the job"`
	Executable  string            `json:"executable,omitempty" doc:"the program; a name without a slash is looked up on the site's PATH and in the working directory"`
	Arguments   []string          `json:"arguments,omitempty" doc:"the program's arguments, passed as they are"`
	Script      string            `json:"script,omitempty" doc:"shell text to run in place of executable"`
	Environment map[string]string `json:"environment,omitempty" doc:"added to the site's environment"`

	Stdin  string `json:"stdin,omitempty" doc:"file in the working directory"`
	Stdout string `json:"stdout,omitempty" doc:"file in the working directory; default stdout"`
	Stderr string `json:"stderr,omitempty" doc:"file in the working directory; default stderr"`

	Inputs  []Input  `json:"inputs,omitempty" doc:"small files to be written before the job is ready, in this order"`
	Outputs []string `json:"outputs,omitempty" doc:"names or patterns of the files that make up the output sandbox"`

	// ClientStageIn: the job stays ready, not queued, until its owner starts
	// it, so that they can put files into its working directory first.
	ClientStageIn bool `json:"client_stage_in,omitempty" doc:"stay ready until started, so that files can be uploaded first"`
	// IgnoreExitCode: an exit code other than 0 is a success too.
	IgnoreExitCode bool `json:"ignore_exit_code,omitempty" doc:"a non-zero exit code is a success too"`

	Site     string    `json:"site,omitempty" doc:"where to run; empty: any site"`
	Group    string    `json:"group,omitempty" doc:"the group on whose behalf it runs; default: the caller's"`
	Project  string    `json:"project,omitempty" doc:"accounting project"`
	Queue    string    `json:"queue,omitempty" doc:"queue of the site"`
	Priority int       `json:"priority,omitempty" doc:"0 to 10; higher runs first among the owner's jobs"`
	Tags     []string  `json:"tags,omitempty" doc:"free labels to filter by"`
	Limits   Resources `json:"resources,omitzero" doc:"what it needs"`

	// Origin keeps the document as a foreign dialect received it.
	Origin *Origin `json:"origin,omitempty"`

	Sites       []string `json:"sites,omitempty" doc:"where it may run; empty: anywhere"`
	BannedSites []string `json:"banned_sites,omitempty" doc:"where it must not run"`
	Requires    []string `json:"requires,omitempty" doc:"tags that a runner must offer, all of them"`

	Application *Application      `json:"application,omitempty" doc:"a program of the site's catalogue, in place of executable"`
	Parameters  map[string]string `json:"parameters,omitempty" doc:"values for the application's options, and environment variables"`
	Command     string            `json:"command,omitempty" doc:"a command line for the shell, arguments appended as they are, in place of executable; the values of environment variables expand, too"`
	Shell       bool              `json:"shell,omitempty" doc:"with application: its arguments are for the shell, as those of command"`
	Pre         *Hook             `json:"pre,omitempty" doc:"runs after the inputs are there, before the program"`
	Post        *Hook             `json:"post,omitempty" doc:"runs after the program, before the outputs are sent"`

	Umask      string `json:"umask,omitempty" doc:"octal file mode creation mask of its processes"`
	OnLogin    bool   `json:"on_login,omitempty" doc:"run beside the batch system, not in it"`
	LoginNode  string `json:"login_node,omitempty" doc:"where to run it beside the batch system; * and ? are wildcards"`
	UserEmail  string `json:"user_email,omitempty" doc:"for the batch system's messages"`
	Directives string `json:"directives,omitempty" doc:"file in the working directory with lines for the batch system"`

	Imports []Transfer `json:"imports,omitempty" doc:"brought into the working directory before the job is ready"`
	Exports []Transfer `json:"exports,omitempty" doc:"sent away after the program has succeeded"`

	Sweep     []Axis        `json:"sweep,omitempty" doc:"values to run it with: one child job for each combination"`
	Awaits    []Dependency  `json:"awaits,omitempty" doc:"jobs whose end it waits for"`
	NotBefore time.Time     `json:"not_before,omitzero" doc:"earliest time to run it"`
	Hold      bool          `json:"hold,omitempty" doc:"keep it back until it is let go"`
	Notify    *Notification `json:"notify,omitempty" doc:"whom to tell of its states"`

	Kind   Kind    `json:"kind,omitempty" doc:"empty: an ordinary job; allocation: a place for other jobs to run in"`
	Within string  `json:"within,omitempty" doc:"id of the allocation to run in"`
	Parent *Parent `json:"parent,omitempty" doc:"set by the service: the job of which it is a part"`

	JobGroup string `json:"job_group,omitempty" doc:"label by which people sort their jobs"`
	JobType  string `json:"job_type,omitempty" doc:"label for the kind of work"`
}

// Input is a small file that travels inside the description.
type Input struct {
	Path string `json:"path" doc:"path in the working directory"`
	Data string `json:"data" doc:"the file's text"`

	Permissions string `json:"permissions,omitempty" doc:"r-x or r-xr--r--; default: as the umask has it"`
	Mode        string `json:"mode,omitempty" doc:"what to do if it exists: overwrite, append or nooverwrite; default overwrite"`
	Optional    bool   `json:"optional,omitempty" doc:"if it cannot be written the job goes on"`
	After       int    `json:"after,omitempty" doc:"how many of imports are brought before it is written; default none"`
}

// Resources are what a job needs; zero means the site's default.
type Resources struct {
	CPUs    int   `json:"cpus,omitempty" doc:"processor cores"`
	Memory  int64 `json:"memory,omitempty" doc:"bytes"`
	Runtime int64 `json:"runtime,omitempty" doc:"wall-clock seconds after which the job is killed"`
	Nodes   int   `json:"nodes,omitempty" doc:"machines"`

	CPUsPerNode int               `json:"cpus_per_node,omitempty" doc:"processor cores on each machine"`
	GPUs        int               `json:"gpus,omitempty" doc:"accelerators on each machine"`
	Processes   int               `json:"processes,omitempty" doc:"processes and threads at once"`
	CPUTime     int64             `json:"cpu_time,omitempty" doc:"processor seconds after which the job is killed"`
	Exclusive   bool              `json:"exclusive,omitempty" doc:"machines of its own"`
	Other       map[string]string `json:"other,omitempty" doc:"what only the site understands, by its names"`
}

// Origin is the document that a job was described by in a foreign dialect.
type Origin struct {
	Dialect  string          `json:"dialect"` // "unicore", "dirac"
	Document json.RawMessage `json:"document"`
	// Preferences are what the submitter chose to act as, in the dialect's words.
	Preferences map[string][]string `json:"preferences,omitempty"`
}

// Empty reports whether there is nothing to run.
func (s Spec) Empty() bool {
	return s.Executable == "" && s.Script == "" && s.Command == "" && s.Application == nil && s.Kind != Allocation
}

// Wanted are the sites where the job may run; none: anywhere.
func (s Spec) Wanted() []string {
	if s.Site == "" || slices.Contains(s.Sites, s.Site) {
		return s.Sites
	}
	return append([]string{s.Site}, s.Sites...)
}

// Runs reports whether the job may run at the site, as far as names go.
func (s Spec) Runs(site string) bool {
	wanted := s.Wanted()
	return (len(wanted) == 0 || slices.Contains(wanted, site)) && !slices.Contains(s.BannedSites, site)
}
