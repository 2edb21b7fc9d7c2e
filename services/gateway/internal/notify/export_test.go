package notify

// ErrChanged is for Keeps of tests.
var ErrChanged = errChanged
