package job

import "encoding/json"

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

	Inputs  []Input  `json:"inputs,omitempty" doc:"small files to be written before the job is ready"`
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
}

// Input is a small file that travels inside the description.
type Input struct {
	Path string `json:"path" doc:"path in the working directory"`
	Data string `json:"data" doc:"the file's text"`
}

// Resources are what a job needs; zero means the site's default.
type Resources struct {
	CPUs    int   `json:"cpus,omitempty" doc:"processor cores"`
	Memory  int64 `json:"memory,omitempty" doc:"bytes"`
	Runtime int64 `json:"runtime,omitempty" doc:"wall-clock seconds after which the job is killed"`
	Nodes   int   `json:"nodes,omitempty" doc:"machines"`
}

// Origin is the document that a job was described by in a foreign dialect.
type Origin struct {
	Dialect  string          `json:"dialect"` // "unicore", "dirac"
	Document json.RawMessage `json:"document"`
}

// Empty reports whether there is nothing to run.
func (s Spec) Empty() bool { return s.Executable == "" && s.Script == "" }
