// Package canary puts a marker into every place where a client can put a
// secret, and looks for it wherever it must not be: in logs at the level for
// developers, spans, metrics, answers, all that is kept on disk, and the arguments of processes. It
// is a package of its own because it is about all doors at once. It has nothing but tests.
package canary
