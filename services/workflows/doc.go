// Package workflows will hold the workflows service: one process manager for
// two engines (UNICORE activities and ecFlow suites). Nothing is here yet; the
// module stands so that the layout of the repository does not move later.
package workflows
