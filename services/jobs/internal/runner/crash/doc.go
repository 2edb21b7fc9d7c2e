// Package crash holds the tests that kill real runners. It is separate from
// the runner because these tests need the whole of it, over a real NATS
// server, as a process of its own.
package crash
