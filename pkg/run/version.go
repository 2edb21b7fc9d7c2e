package run

// version is written by the linker (see the Makefile) and never changes.
var version = "dev"

// Version is the version of the program that this is linked into.
func Version() string { return version }
