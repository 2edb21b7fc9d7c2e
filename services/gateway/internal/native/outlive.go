package native

import (
	"context"
	"time"
)

// outliving is the context of what may end the very credential that it was
// asked for with, and by that the request's own: the caller is to hear that it
// is done.
func outliving(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
}
