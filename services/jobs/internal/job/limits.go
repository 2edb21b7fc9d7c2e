package job

// Limits bound a description. Sizes are bytes.
type Limits struct {
	Spec        int // the whole description as JSON
	Arguments   int // how many
	Argument    int // each; also an environment value
	Name        int // each name, tag and label
	Environment int // entries
	Inputs      int // how many
	Input       int // each input's data
	Script      int
	Outputs     int // how many names or patterns
	Tags        int // how many
	Path        int // each path
	Secrets     int // how many
	Secret      int // each
}

// DefaultLimits keep a submit well below the 1 MiB that a NATS message holds
// and an argument below the 128 KiB that Linux passes to a program.
func DefaultLimits() Limits {
	return Limits{
		Spec: 512 << 10, Arguments: 10_000, Argument: 128 << 10, Name: 256, Environment: 1000,
		Inputs: 100, Input: 256 << 10, Script: 256 << 10, Outputs: 1000, Tags: 100, Path: 4096, Secrets: 50, Secret: 8 << 10,
	}
}
