//go:build !unix || solaris || aix

package rest

import "syscall"

// reusePort does nothing where ports cannot be shared: a second process finds
// the port taken.
func reusePort(_, _ string, _ syscall.RawConn) error { return nil }
