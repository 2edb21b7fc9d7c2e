package process

import "fmt"

// Guards tells what holds jobs to their limits here, for people.
func (e *Executor) Guards() []string {
	what := "processes: not limited"
	switch {
	case e.cfg.MaxProcesses > 0 && e.groups.Limits:
		what = fmt.Sprintf("processes and threads: %d of a job, by the kernel", e.cfg.MaxProcesses)
	case e.cfg.MaxProcesses > 0:
		what = fmt.Sprintf("processes: %d of a job, counted ten times a second", e.cfg.MaxProcesses)
	}
	escape := "processes that leave their session: found by " + e.groups.String()
	if e.groups.Dir == "" {
		escape = "processes that leave their session: found by their environment, or as orphans when no job is left that could be theirs"
	}
	size := "size of a file: not limited"
	if e.cfg.MaxFileSize > 0 {
		size = fmt.Sprintf("size of a file: %d bytes", e.cfg.MaxFileSize)
	}
	memory := "memory that a job asked for: held to by the kernel, without swap"
	if !e.groups.Memory {
		memory = "memory that a job asked for: counted ten times a second; a process cannot ask for twice as much (RLIMIT_DATA)"
	}
	cpu := "processor time that a job asked for: of all its processes, by the kernel's account"
	if e.groups.Version != 2 {
		cpu = "processor time that a job asked for: of all its processes, as they are seen ten times a second; of a single one by the kernel (RLIMIT_CPU)"
	}
	return []string{what, escape, size, memory, cpu}
}
