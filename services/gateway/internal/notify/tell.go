package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/heddle-dev/heddle/pkg/outbound"
	"github.com/heddle-dev/heddle/pkg/pause"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const (
	// goodbye is how long a request may still take once the gateway is to end.
	goodbye = 2 * time.Second
	// maxAnswer is how much is read of an answer, which nobody looks at, so
	// that the connection can be used again.
	maxAnswer = 16 << 10
)

// errEnds: the gateway ends; somebody else is to tell.
var errEnds = errors.New("notify: the gateway ends")

// plain is a reason that a job's owner may read. Others may tell of the network
// that the gateway is in.
type plain string

func (p plain) Error() string { return string(p) }

func plainly(err error) string {
	var p plain
	if errors.As(err, &p) {
		return p.Error()
	}
	if r := outbound.Refused(err); r != nil {
		return r.Error()
	}
	return "the receiver could not be reached"
}

// note tells the owner in vain, at worst: the log has it.
func (l *lanes) note(n jobsapi.Notice, err error) {
	text := fmt.Sprintf("The notification of %s was not taken: %s.", n.State, plainly(err))
	if _, err := l.Note(l.ctx, jobsapi.NoteRequest{ID: n.Job.ID, Key: n.ID, Text: text}); err != nil && l.ctx.Err() == nil {
		l.Log.WarnContext(l.ctx, "cannot note on a job that its notification was not taken", "job", n.Job.ID, "err", err)
	}
}

// tell tells one notice, or gives up and says so in the log; false: neither,
// since it had to end.
func (l *lanes) tell(n jobsapi.Notice, m Message, until time.Time) bool {
	u, err := url.Parse(n.Job.Spec.Notify.URL)
	if err == nil && l.Now().Sub(n.At) > tooOld {
		err = plain("it was due more than a day ago")
	}
	if err == nil {
		err = l.tryAll(n, m, u, until)
	}
	if errors.Is(err, errEnds) {
		return false
	}
	log := l.Log.With("job", n.Job.ID, "state", n.State)
	if u != nil {
		log = log.With("receiver", u.Host)
	}
	if err != nil {
		log.WarnContext(l.ctx, "a job's notification was not taken", "err", err)
		l.note(n, err)
	} else {
		log.DebugContext(l.ctx, "a job's notification was taken")
	}
	return true
}

// tryAll tries as often as is allowed.
func (l *lanes) tryAll(n jobsapi.Notice, m Message, u *url.URL, until time.Time) error {
	receiver, leaveReceiver, err := l.limits.enter("receiver "+n.Job.Owner+" "+u.Host, ofReceiver, l.Queue)
	if err != nil {
		return err
	}
	defer leaveReceiver()
	user, leaveUser, _ := l.limits.enter("user "+n.Job.Owner, ofUser, 0) // there is no bound to refuse by
	defer leaveUser()
	ctx, cancel := context.WithDeadline(l.ctx, until)
	defer cancel()
	var last error
	for try, wait := 1, l.Pause; ; try, wait = try+1, 2*wait {
		again := false
		entered := within(ctx, func() {
			if last = l.limits.pass(ctx, user); last == nil {
				again, last = l.post(u, m)
			}
		}, receiver.places, user.places, l.limits.all)
		switch {
		case l.ctx.Err() != nil && (entered != nil || last != nil):
			return errEnds
		case entered != nil || ctx.Err() != nil && last != nil:
			return noTime(last)
		case !again || try >= l.Tries:
			return last
		}
		if pause.For(ctx, wait) != nil && l.ctx.Err() != nil {
			return errEnds
		}
	}
}

func noTime(last error) error {
	if last == nil || errors.Is(last, context.DeadlineExceeded) {
		return plain("there was no time left")
	}
	return fmt.Errorf("%w; there was no time left", last)
}

// post makes one request; again says that another may fare better. It holds no
// longer than the gateway can wait.
func (l *lanes) post(u *url.URL, m Message) (again bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(l.ctx), l.Timeout)
	defer cancel()
	defer context.AfterFunc(l.ctx, func() { time.AfterFunc(goodbye, cancel) })()
	token, err := l.Sign(ctx, u.Scheme+"://"+u.Host)
	if err != nil {
		return true, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(m.Body))
	if err != nil {
		return false, outbound.Reason(err)
	}
	req.Header.Set("Content-Type", m.Type)
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("User-Agent", "heddle")
	resp, err := l.Client.Do(req)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return true, plain(fmt.Sprintf("the receiver did not answer within %v", l.Timeout))
	case err != nil:
		return outbound.Refused(err) == nil, outbound.Reason(err)
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.CopyN(io.Discard, resp.Body, maxAnswer)
	if resp.StatusCode/100 == 2 {
		return false, nil
	}
	return passing(resp.StatusCode), plain(fmt.Sprintf("the receiver answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode)))
}

// passing reports whether a status may be another one in a while.
func passing(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return status >= 500
}
