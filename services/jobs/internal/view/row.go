package view

import (
	"database/sql"
	"encoding/json"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// row is a job on its way from the table through a batch and back.
type row struct {
	seq    uint64 // 0: not in the table yet
	was    key    // what counts know of it
	job    jobsapi.Job
	stored bool
	size   int // of the description's JSON
}

// key is what jobs are counted by.
type key struct {
	owner, site string
	state       jobsapi.State
}

func keyOf(j jobsapi.Job) key { return key{j.Owner, place(j), j.State} }

// place is where the job runs or, until it does, where it wants to.
func place(j jobsapi.Job) string {
	if j.Site != "" {
		return j.Site
	}
	return j.Spec.Site
}

// brief is the part of a description that lists show.
func brief(s jobsapi.Spec) jobsapi.Spec {
	s.Inputs, s.Outputs, s.Arguments, s.Environment, s.Script, s.Origin = nil, nil, nil, nil, "", nil
	return s
}

const selectJob = `SELECT seq, head, coalesce(spec, brief), history FROM jobs WHERE id = ?`

func scanRow(scan func(...any) error) (*row, error) {
	var head, spec, history string
	r := &row{stored: true}
	err := scan(&r.seq, &head, &spec, &history)
	if err == nil {
		r.job, err = assemble(head, spec)
	}
	if err == nil {
		err = json.Unmarshal([]byte(history), &r.job.History)
	}
	r.was, r.size = keyOf(r.job), len(spec)
	return r, err
}

func assemble(head, spec string) (jobsapi.Job, error) {
	var j jobsapi.Job
	if err := json.Unmarshal([]byte(head), &j); err != nil {
		return j, err
	}
	return j, json.Unmarshal([]byte(spec), &j.Spec)
}

// cut gives the JSON of the changing parts of a job.
func cut(j jobsapi.Job) (head, history string, err error) {
	steps, err := json.Marshal(j.History)
	if err != nil {
		return "", "", err
	}
	j.Spec, j.History = jobsapi.Spec{}, nil
	h, err := json.Marshal(j)
	return string(h), string(steps), err
}

// cutSpec gives the JSON of a description; whole is NULL where short is all.
func cutSpec(s jobsapi.Spec) (short string, whole sql.NullString, err error) {
	b, err := json.Marshal(brief(s))
	if err != nil {
		return "", whole, err
	}
	w, err := json.Marshal(s)
	if err != nil {
		return "", whole, err
	}
	if string(w) != string(b) {
		whole = sql.NullString{String: string(w), Valid: true}
	}
	return string(b), whole, nil
}
