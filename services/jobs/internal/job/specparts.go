package job

// Kind is what a job is for.
type Kind string

// Allocation is a job that holds a place at a site for other jobs.
const Allocation Kind = "allocation"

// Application names a program of a site's catalogue. An empty Version means
// the latest.
type Application struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
}

// Hook is shell text that runs before or after the program, in the working
// directory and with the job's environment. If it fails, so does the job.
type Hook struct {
	Script         string `json:"script"`
	IgnoreExitCode bool   `json:"ignore_exit_code,omitempty" doc:"a non-zero exit code does not fail the job"`
	InJob          bool   `json:"in_job,omitempty" doc:"run where the program runs, as a part of it, rather than before or after"`
}

// How an input or a transfer treats a file that is there already; empty is
// Overwrite.
const (
	Overwrite   = "overwrite"
	Append      = "append"
	NoOverwrite = "nooverwrite" // fails
)

// Transfer is a file, or all files of a pattern, on its way into the working
// directory (an import) or out of it (an export). The end outside is a URL.
type Transfer struct {
	From        string            `json:"from" doc:"URL of an import; path or pattern in the working directory of an export"`
	To          string            `json:"to" doc:"path in the working directory of an import; URL of an export"`
	Mode        string            `json:"mode,omitempty" doc:"what to do if it exists: overwrite, append or nooverwrite; default overwrite"`
	Permissions string            `json:"permissions,omitempty" doc:"of an import: r-x or r-xr--r--"`
	Optional    bool              `json:"optional,omitempty" doc:"if it fails the job goes on"`
	ReadOnly    bool              `json:"read_only,omitempty" doc:"the job will not change it, so that a link will do"`
	Secret      string            `json:"secret,omitempty" doc:"name of the secret of the submit that opens the URL"`
	Extra       map[string]string `json:"extra,omitempty" doc:"for the protocol of the URL"`
}

// What the values of an axis stand for.
const (
	SweepParameter = "parameter" // Parameters[Name]
	SweepArgument  = "argument"  // Arguments[At]
	SweepImport    = "import"    // Imports[At].From
)

// Axis is one thing that a sweep varies.
type Axis struct {
	Kind   string   `json:"kind" doc:"parameter, argument or import"`
	Name   string   `json:"name,omitempty" doc:"of the parameter"`
	At     int      `json:"at,omitempty" doc:"index of the argument or import"`
	Values []string `json:"values"`
}

// What a dependency asks of the job it names.
const (
	OnSuccess = "success"
	OnFailure = "failure" // failed or was aborted
	OnEnd     = "end"     // however
)

// Dependency is a job whose end another waits for. A job whose dependency can
// never be met any more fails.
type Dependency struct {
	Job string `json:"job" doc:"id of the job; in a batch also #N, the batch's job of index N"`
	On  string `json:"on,omitempty" doc:"success, failure or end; default success"`
}

// Notification is whom to tell of a job's states, by HTTP.
type Notification struct {
	URL    string   `json:"url"`
	States []State  `json:"states,omitempty" doc:"which; default running and every end"`
	Batch  []string `json:"batch,omitempty" doc:"states of the batch system of which to tell too"`
}

// Parent is the job of which another is a part.
type Parent struct {
	Job   string `json:"job" doc:"id"`
	Index int    `json:"index" doc:"which part, from 0"`
	Round int    `json:"round,omitempty" doc:"how often the parent was run before"`
	Dir   string `json:"dir" doc:"its directory, in that of the parent"`
}
