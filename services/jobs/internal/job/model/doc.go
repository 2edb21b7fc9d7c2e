// Package model lets a job, its owner, the service and two runners with
// memories of their own talk over a network that delays, repeats and reorders
// what they say, and checks the law after every step. It is separate from job,
// whose tests pass commands to one job in order: here the senders are stupid,
// late and sometimes gone.
package model
