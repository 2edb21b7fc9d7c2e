package follow

import "github.com/heddle-dev/heddle/pkg/es"

// delivery is one follower's way through the journal.
type delivery struct {
	query Query
	sink  Sink
	at    Cursor // everything up to here was given
}

// commits gives those that are wanted and were not given yet.
func (d *delivery) commits(batch []es.Recorded) error {
	for _, c := range batch {
		if c.Seq <= d.at.whole() {
			continue
		}
		if d.query.wants(c) {
			if err := d.events(c); err != nil {
				return err
			}
		}
		d.at = Cursor{Seq: c.Seq}
	}
	return nil
}

func (d *delivery) events(c es.Recorded) error {
	seen := 0
	if c.Seq == d.at.Seq {
		seen = d.at.Part
	}
	for i := seen; i < len(c.Events); i++ {
		at := Cursor{Seq: c.Seq}
		if i+1 < len(c.Events) {
			at.Part = i + 1
		}
		if err := d.sink.Event(at, c.Events[i]); err != nil {
			return err
		}
	}
	return nil
}

// reached notes that there is nothing wanted up to the position.
func (d *delivery) reached(seq uint64) {
	if seq > d.at.whole() {
		d.at = Cursor{Seq: seq}
	}
}

// gap goes on behind what cannot be had.
func (d *delivery) gap(seq uint64) error {
	d.at = Cursor{Seq: seq}
	return d.sink.Gap(d.at)
}

func (d *delivery) pause() error { return d.sink.Pause(d.at) }
