package view

import (
	"database/sql"
	"encoding/json"
	"slices"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// row is a job on its way from the table through a batch and back.
type row struct {
	seq    uint64 // 0: not in the table yet
	was    key    // what counts know of it
	job    jobsapi.Job
	stored bool
	stands standing // what the queue knows of it
	awaits bool     // the table knows for whom it waits
	tags   []string // before they were changed
	came   []arrival
	retold bool // the description is not as the table has it
	size   int  // of the description's JSON
}

// key is what jobs are counted by.
type key struct {
	owner, site string
	state       jobsapi.State
}

// child reports whether the job is a part of another, and no list's or
// count's business.
func child(j jobsapi.Job) bool { return j.Spec.Parent != nil }

// idOf is the number of an id in text; 0 for what is none.
func idOf(text string) int64 {
	n, err := id.Parse(text)
	if err != nil {
		return 0
	}
	return int64(n)
}

func parentOf(j jobsapi.Job) int64 {
	if !child(j) {
		return 0
	}
	return idOf(j.Spec.Parent.Job)
}

// dueOf is when the job may run, if it waits for its time.
func dueOf(j jobsapi.Job) int64 {
	if !slices.Contains(j.BlockedOn, jobsapi.TooEarly) {
		return 0
	}
	return j.Spec.NotBefore.UnixNano()
}

// expiryOf is when the job is to be destroyed.
func expiryOf(j jobsapi.Job) int64 {
	if j.Expires.IsZero() || j.State == jobsapi.Destroyed {
		return 0
	}
	return j.Expires.UnixNano()
}

func childrenOf(j jobsapi.Job) int {
	if j.Children == nil {
		return 0
	}
	return j.Children.Total
}

func keyOf(j jobsapi.Job) key { return key{j.Owner, place(j), j.State} }

// place is where the job runs or, until it does, where it wants to.
func place(j jobsapi.Job) string {
	if j.Site != "" {
		return j.Site
	}
	return j.Spec.Site
}

// Brief is the part of a description that lists show.
func Brief(s jobsapi.Spec) jobsapi.Spec {
	s.Inputs, s.Outputs, s.Arguments, s.Environment, s.Script, s.Origin = nil, nil, nil, nil, "", nil
	s.Command, s.Parameters, s.Pre, s.Post, s.Imports, s.Exports, s.Sweep = "", nil, nil, nil, nil, nil, nil
	s.Limits.Other = nil
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
	r.was, r.stands, r.size, r.awaits = keyOf(r.job), standingOf(r.job), len(spec), awaits(r.job)
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
	steps, err := appendSteps(make([]byte, 0, 160*len(j.History)+2), j.History)
	if err != nil {
		return "", "", err
	}
	j.Spec, j.History = jobsapi.Spec{}, nil
	h, err := json.Marshal(&j)
	return string(h), string(steps), err
}

// cutSpec gives the JSON of a description; whole is NULL where short is all.
func cutSpec(s jobsapi.Spec) (short string, whole sql.NullString, err error) {
	b, err := json.Marshal(Brief(s))
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
