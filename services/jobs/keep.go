package jobs

import "github.com/heddle-dev/heddle/services/jobs/internal/runner/process/keeper"

// Keep must be called first of all by a program that runs a Runner. If the
// program was started to keep a runner's jobs (see package keeper), it does
// that and does not return.
func Keep() { keeper.Main() }
