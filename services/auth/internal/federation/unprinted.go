package federation

import "log/slog"

// unprinted is embedded where a value carries what only one browser or the
// provider may know: it shows nothing in a log line or an error text.
type unprinted struct{}

const hidden = "[not shown: it holds a secret]"

func (unprinted) LogValue() slog.Value { return slog.StringValue(hidden) }
func (unprinted) String() string       { return hidden }
func (unprinted) GoString() string     { return hidden }
