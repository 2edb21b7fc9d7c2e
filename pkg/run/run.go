// Package run starts and stops programs: what every daemon's main does, once.
// It is separate from the services so that they know neither signals nor
// flags nor exit codes, and can be run by the all-in-one just as well.
package run

import "context"

// Service is something that works until it is told to stop.
type Service interface {
	// Run works until ctx ends, then finishes what it has begun and returns
	// nil. Any earlier return ends the program.
	Run(ctx context.Context) error
	// Ready is closed when the service can do its work for the first time.
	Ready() <-chan struct{}
}
