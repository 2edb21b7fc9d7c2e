package native

import (
	"encoding/json"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// NotificationType is the media type of a notification: a CloudEvent in the
// structured mode of JSON (https://cloudevents.io).
const NotificationType = "application/cloudevents+json"

// notificationType is that of the CloudEvent; it holds the version.
const notificationType = "heddle.job.notification.v1"

// Notification is what whoever a job's `notify` names is told.
type Notification struct {
	SpecVersion string           `json:"specversion"`
	ID          string           `json:"id"` // the same however often it is told
	Source      string           `json:"source"`
	Type        string           `json:"type"`
	Subject     string           `json:"subject"`
	Time        time.Time        `json:"time"`
	ContentType string           `json:"datacontenttype"`
	Data        NotificationData `json:"data"`
}

// NotificationData is the data of a Notification.
type NotificationData struct {
	Job      string        `json:"job"`  // id
	Href     string        `json:"href"` // where it is
	Name     string        `json:"name,omitempty"`
	State    jobsapi.State `json:"state"`
	Event    string        `json:"event"` // the type of the event that led to the state
	Reason   string        `json:"reason,omitempty"`
	ExitCode *int          `json:"exit_code,omitempty"`
	Site     string        `json:"site,omitempty"`
}

// WriteNotification is the JSON by which somebody is told that a job came to a
// state. base is the address of the server.
func WriteNotification(n jobsapi.Notice, base string) ([]byte, error) {
	jobs, j := base+Root+"/jobs", n.Job
	out := Notification{
		SpecVersion: "1.0", ID: n.ID, Source: jobs, Type: notificationType, Subject: jobsapi.Subject(j.ID), Time: n.At.UTC(), ContentType: "application/json",
		Data: NotificationData{Job: j.ID.String(), Href: jobs + "/" + j.ID.String(), Name: j.Spec.Name, State: n.State, Event: n.Event, Reason: j.Reason, Site: j.Site},
	}
	if n.State.Ended() {
		out.Data.ExitCode = j.ExitCode
	}
	return json.Marshal(out)
}
