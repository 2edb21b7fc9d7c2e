package app

import (
	"bytes"
	"encoding/json"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// numbered puts a job's number in place of its mark, wherever it stands in a
// text of the description: in JSON only texts can have the mark, and digits
// cannot end one.
func numbered(s jobsapi.Spec, asked bool, n id.ID) jobsapi.Spec {
	if !asked {
		return s
	}
	origin := s.Origin
	s.Origin = nil
	text, err := json.Marshal(s)
	filled := bytes.ReplaceAll(text, []byte(jobsapi.NumberMark), []byte(n.Decimal()))
	if err == nil && !bytes.Equal(text, filled) {
		var out jobsapi.Spec
		if err = json.Unmarshal(filled, &out); err == nil {
			s = out
		}
	}
	s.Origin = origin
	return s
}
