package app

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/heddle-dev/heddle/pkg/logx"
)

// levels are core4's names.
var levels = map[string]slog.Level{
	"DEBUG": slog.LevelDebug, "INFO": slog.LevelInfo, "WARNING": slog.LevelWarn, "ERROR": slog.LevelError, "CRITICAL": slog.LevelError + 4,
}

func levelOf(name string) (slog.Level, error) {
	level, ok := levels[strings.ToUpper(name)]
	if !ok {
		return 0, fmt.Errorf("log_level: there is no %q", name)
	}
	return level, nil
}

// Log is for what the handler has to say: of its log_level and above.
func (c *Call) Log() *slog.Logger {
	log := c.server.Log
	if c.resource == nil {
		return log
	}
	return slog.New(atLeast{log.Handler(), c.resource.level}).With("handler", c.resource.Qual)
}

// atLeast leaves out records below a level.
type atLeast struct {
	slog.Handler
	min slog.Level
}

func (h atLeast) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= h.min && h.Handler.Enabled(ctx, level)
}

func (h atLeast) WithAttrs(as []slog.Attr) slog.Handler {
	return atLeast{h.Handler.WithAttrs(as), h.min}
}
func (h atLeast) WithGroup(name string) slog.Handler {
	return atLeast{h.Handler.WithGroup(name), h.min}
}

// note writes the request's line in the log. The query, where secrets may
// stand, is not in it.
func (c *Call) note(ctx context.Context, status int) {
	level := slog.LevelInfo
	switch {
	case status >= 500:
		level = slog.LevelError
	case status >= 400:
		level = slog.LevelWarn
	}
	remote, _, _ := net.SplitHostPort(c.r.RemoteAddr)
	c.Log().Log(ctx, level, "request", "status", status, "method", logx.Safe(c.r.Method), "path", logx.Safe(c.r.URL.Path),
		"ms", c.server.Now().Sub(c.Started).Milliseconds(), "by", c.User().Name, "remote", remote)
}

// statusWriter sees the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(code int) {
	if w.status == 0 && (code >= 200 || code == http.StatusSwitchingProtocols) {
		w.status = code
	}
	w.ResponseWriter.WriteHeader(code)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// end does what was left for after the answer.
func (c *Call) end(ctx context.Context, w http.ResponseWriter) {
	if len(c.after) == 0 {
		return
	}
	_ = http.NewResponseController(w).Flush() // the client need not wait
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	for _, f := range c.after {
		c.guarded(ctx, f)
	}
}

func (c *Call) guarded(ctx context.Context, f func(context.Context)) {
	defer func() {
		if p := recover(); p != nil {
			c.Log().ErrorContext(ctx, "after the answer", "err", fmt.Sprintf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	f(ctx)
}
