package native

import (
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/services/gateway/internal/outputs"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// eventOutput sends server-sent events, whose ids are positions.
type eventOutput struct {
	stream
	place outputs.Position // of the next byte
	rest  []byte           // of the last data: a rune that is not whole
}

func (o *eventOutput) begin() {
	o.stream.w.Header().Set(headerEpoch, fmt.Sprint(o.place.Epoch))
	o.stream.begin()
	_ = o.control.Flush() // who is gone will be missed later
}

type outputEvent struct {
	outputs.Position
	Text   string `json:"text,omitempty"`
	Base64 []byte `json:"base64,omitempty"`
}

// Data implements outputs.Sink.
func (o *eventOutput) Data(at outputs.Position, data []byte) error {
	seen := outputs.Position{Epoch: o.place.Epoch, Offset: o.place.Offset + int64(len(o.rest))}
	if o.place == (outputs.Position{}) && at.Offset == 0 {
		o.place = at // it had no run when it was asked for
	} else if at != seen {
		o.rest, o.place = nil, at
		if err := o.send("restart", outputEvent{Position: at}); err != nil {
			return err
		}
	}
	data = append(o.rest, data...)
	whole := len(data) - unfinished(data)
	o.rest = append([]byte(nil), data[whole:]...)
	return o.text(data[:whole])
}

// text sends bytes that are whole runes, if they are runes at all.
func (o *eventOutput) text(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	e := outputEvent{Position: o.place, Text: string(data)}
	if !utf8.Valid(data) {
		e.Text, e.Base64 = "", data
	}
	o.place.Offset += int64(len(data))
	return o.send("output", e)
}

// unfinished is how many bytes at the end may be the beginning of a rune.
func unfinished(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if c := b[len(b)-n]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// Quiet implements outputs.Sink: a comment shows that the line is alive.
func (o *eventOutput) Quiet() error {
	if _, err := fmt.Fprintf(o.stream.w, ": %s\n\n", time.Now().UTC().Format(time.RFC3339)); err != nil {
		return errWrite
	}
	return o.flush()
}

func (o *eventOutput) flush() error {
	if o.control.Flush() != nil {
		return errWrite
	}
	return nil
}

func (o *eventOutput) send(name string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(o.stream.w, "id: %d-%d\nevent: %s\ndata: %s\n\n", o.place.Epoch, o.place.Offset, name, text); err != nil {
		return errWrite
	}
	return o.flush()
}

// end says why the stream ends; the client may not be there to hear it.
func (o *eventOutput) end(j jobsapi.Job, reason string) error {
	if reason == "ended" {
		_ = o.text(o.rest)
	}
	said := map[string]any{"reason": reason, "epoch": o.place.Epoch, "offset": o.place.Offset}
	if reason == "ended" {
		said["state"], said["exit_code"] = j.State, j.ExitCode
	}
	_ = o.send("end", said)
	return nil
}
