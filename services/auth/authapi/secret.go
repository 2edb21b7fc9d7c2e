package authapi

import "log/slog"

// unprinted is embedded where a request or an answer carries a secret: such a
// value shows nothing in a log line or an error text, however it gets there.
// Its JSON form, which travels between components, is complete.
type unprinted struct{}

const hidden = "[not shown: it holds a secret]"

func (unprinted) LogValue() slog.Value { return slog.StringValue(hidden) }
func (unprinted) String() string       { return hidden }
func (unprinted) GoString() string     { return hidden }
