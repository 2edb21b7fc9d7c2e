package jobs

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/site"
)

// RunnerConfig configures a runner that runs jobs as processes. The zero
// value of every field but Site works.
type RunnerConfig struct {
	Site     string   `conf:"site" env:"HEDDLE_SITE" default:"DEMO-SITE" doc:"Name of the site that the runner belongs to."`
	WorkDirs string   `conf:"workdirs" env:"HEDDLE_WORKDIRS" doc:"Directory of the jobs' working directories, shared with the files service; default: workdirs in the data directory."`
	Slots    int      `conf:"slots" env:"HEDDLE_SLOTS" doc:"Jobs that run at once; 0: twice the number of cores."`
	Tags     []string `conf:"tags" env:"HEDDLE_TAGS" doc:"What the runner offers beside its site, for jobs that require it."`
	SiteFile string   `conf:"site-file" env:"HEDDLE_SITE_FILE" doc:"YAML file with the site's queues, limits, applications and properties; a change holds within seconds."`
	Memory   int64    `conf:"memory" env:"HEDDLE_SITE_MEMORY" doc:"Bytes that the jobs share as far as they say what they need; 0: what the machine has. The site file's capacity goes first."`

	Shell    string        `conf:"shell" env:"HEDDLE_SHELL" default:"/bin/sh" doc:"A POSIX shell, for scripts."`
	JobEnv   []string      `conf:"job-env" env:"HEDDLE_JOB_ENV" doc:"NAME=value pairs, the environment that every job begins with; default: PATH and LANG."`
	Grace    time.Duration `conf:"grace" env:"HEDDLE_GRACE" default:"5s" doc:"Time between SIGTERM and SIGKILL when a job is stopped."`
	Runtime  time.Duration `conf:"runtime" env:"HEDDLE_RUNTIME" doc:"Wall time of jobs that ask for none; 0: no limit."`
	Longest  time.Duration `conf:"longest" env:"HEDDLE_LONGEST" doc:"Wall time that no job exceeds; 0: no limit."`
	MaxFiles int           `conf:"max-files" env:"HEDDLE_MAX_FILES" doc:"Open files of a job's process; 0: as the runner's."`

	MaxFileSize  int64  `conf:"max-file-size" env:"HEDDLE_MAX_FILE_SIZE" default:"68719476736" doc:"Bytes that a file may have that a job's process writes; who writes more gets SIGXFSZ. At least 16777216; 0: as the runner's."`
	MaxProcesses int    `conf:"max-processes" env:"HEDDLE_MAX_PROCESSES" default:"4096" doc:"Processes of a job at once, and threads where the kernel counts; 0: no limit."`
	MaxShared    int    `conf:"max-shared" env:"HEDDLE_MAX_SHARED" default:"1000" doc:"Names of a sweep's directory that each of its children has too, as links; 0: no limit."`
	Cgroup       string `conf:"cgroup" env:"HEDDLE_CGROUP" doc:"Directory of the control group in which the groups of jobs are made; none: without control groups. Default: the runner's own, if it may."`

	// Data is the data directory; the runner's own state, which must outlive
	// it, is in its folder runner. Default: .heddle
	Data string
}

// The least that makes sense as a limit.
const (
	minFileSize  = 16 << 20
	minProcesses = 8
)

// Validate says what is wrong with the configuration, naming the option.
func (c RunnerConfig) Validate() error {
	var errs []error
	if c.Site == "" {
		errs = append(errs, errors.New("site: a name is needed"))
	}
	if c.Slots < 0 || c.Memory < 0 {
		errs = append(errs, fmt.Errorf("slots, memory: %d, %d is less than 0", c.Slots, c.Memory))
	}
	if c.MaxFiles != 0 && c.MaxFiles < 16 {
		errs = append(errs, fmt.Errorf("max-files: %d is less than 16; no program could start", c.MaxFiles))
	}
	if c.MaxFileSize != 0 && c.MaxFileSize < minFileSize {
		errs = append(errs, fmt.Errorf("max-file-size: %d is less than %d, which the runner's own records may need", c.MaxFileSize, minFileSize))
	}
	if c.MaxProcesses != 0 && c.MaxProcesses < minProcesses {
		errs = append(errs, fmt.Errorf("max-processes: %d is less than %d; hardly a script could run", c.MaxProcesses, minProcesses))
	}
	if c.MaxShared < 0 {
		errs = append(errs, fmt.Errorf("max-shared: %d is less than 0", c.MaxShared))
	}
	for _, d := range []time.Duration{c.Grace, c.Runtime, c.Longest} {
		if d < 0 {
			errs = append(errs, fmt.Errorf("grace, runtime, longest: %s is less than 0", d))
		}
	}
	for _, pair := range c.JobEnv {
		if strings.IndexByte(pair, '=') < 1 {
			errs = append(errs, fmt.Errorf("job-env: %q is not NAME=value", pair))
		}
	}
	return errors.Join(errs...)
}

func (c RunnerConfig) withDefaults() RunnerConfig {
	if c.Data == "" {
		c.Data = ".heddle"
	}
	if c.WorkDirs == "" {
		c.WorkDirs = filepath.Join(c.Data, "workdirs")
	}
	if c.Slots == 0 {
		// Short jobs wait on the way there and back half of their time.
		c.Slots = 2 * runtime.NumCPU()
	}
	return c
}

func (c RunnerConfig) process() process.Config {
	return process.Config{State: filepath.Join(c.Data, "runner"), WorkDirs: c.WorkDirs, Shell: c.Shell, Env: c.JobEnv,
		Grace: c.Grace, DefaultRuntime: c.Runtime, MaxRuntime: c.Longest, MaxFiles: c.MaxFiles,
		MaxFileSize: c.MaxFileSize, MaxProcesses: c.MaxProcesses, MaxShared: c.MaxShared, Cgroup: c.Cgroup}
}

// place is what the runner knows of its site without the file.
func (c RunnerConfig) place(guards []string) site.Config {
	memory := c.Memory
	var info unix.Sysinfo_t
	if memory == 0 && unix.Sysinfo(&info) == nil {
		memory = int64(info.Totalram) * int64(info.Unit)
	}
	return site.Config{File: c.SiteFile, Slots: c.Slots, Memory: memory, Longest: c.Longest, Tags: c.Tags, Limits: guards}
}
