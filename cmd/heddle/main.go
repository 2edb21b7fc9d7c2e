// Command heddle is the whole of Heddle in one binary: `heddle up` runs it in
// one process, every other command is a client of its REST API.
package main

import (
	"os"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/cli"
	"github.com/heddle-dev/heddle/services/jobs"
)

func main() {
	jobs.Keep()
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
