package view

import (
	"encoding/json"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// appendSteps writes a history as encoding/json does, by hand: it is written
// with every change of a job, and times alone take reflection as long as all
// of it takes here.
func appendSteps(b []byte, steps []jobsapi.Step) ([]byte, error) {
	b = append(b, '[')
	for i, s := range steps {
		if i > 0 {
			b = append(b, ',')
		}
		at, err := s.At.AppendText(append(b, `{"at":"`...))
		if err != nil {
			return nil, err
		}
		b = appendMember(append(at, '"'), "event", s.Event)
		b = appendMember(b, "state", string(s.State))
		b = append(appendMember(b, "text", s.Text), '}')
	}
	return append(b, ']'), nil
}

func appendMember(b []byte, name, value string) []byte {
	b = append(append(append(b, `,"`...), name...), `":`...)
	for i := range len(value) {
		switch c := value[i]; {
		case c < ' ' || c >= 0x7f, c == '"', c == '\\', c == '<', c == '>', c == '&':
			text, _ := json.Marshal(value) // a text can always be written
			return append(b, text...)
		}
	}
	return append(append(append(b, '"'), value...), '"')
}
