package jobsapi

import "github.com/heddle-dev/heddle/pkg/id"

// The subjects of the service. Nobody else spells them.
const (
	// Stream is the journal; it holds EventsAll.
	Stream    = "EVT_JOBS"
	EventsAll = "evt.jobs.>"
	Source    = "/jobs"

	cmdSubmit     = "cmd.jobs.job.submit"
	cmdStart      = "cmd.jobs.job.start"
	cmdAbort      = "cmd.jobs.job.abort"
	cmdRestart    = "cmd.jobs.job.restart"
	cmdResubmit   = "cmd.jobs.job.resubmit"
	cmdDestroy    = "cmd.jobs.job.destroy"
	cmdSubmitMany = "cmd.jobs.batch.submit"
	cmdActMany    = "cmd.jobs.batch.act"
	cmdHold       = "cmd.jobs.job.hold"
	cmdUnhold     = "cmd.jobs.job.unhold"
	cmdReschedule = "cmd.jobs.job.reschedule"
	cmdChange     = "cmd.jobs.job.change"
	cmdNote       = "cmd.jobs.job.note"
	qryGet        = "qry.jobs.job.get"
	qryList       = "qry.jobs.job.list"
	qryAccess     = "qry.jobs.job.access"
	qrySummary    = "qry.jobs.job.summary"
	qryTimeline   = "qry.jobs.job.timeline"
	qrySites      = "qry.jobs.site.list"
	qrySlots      = "qry.jobs.runner.slots"
	cmdRegister   = "cmd.jobs.runner.register"
	cmdOffer      = "cmd.jobs.runner.offer"
	cmdReport     = "cmd.jobs.runner.report"
	cmdBeat       = "cmd.jobs.runner.beat"
)

// Topic is the subject of one job's events.
func Topic(owner string, job id.ID) string { return "evt.jobs.job." + owner + "." + job.String() }

// BatchTopic is the subject of one batch's events.
func BatchTopic(owner string, batch id.ID) string {
	return "evt.jobs.batch." + owner + "." + batch.String()
}

// BatchSubject is the CloudEvents subject of one batch.
func BatchSubject(batch id.ID) string { return "batch/" + batch.String() }

// Subject is the CloudEvents subject of one job.
func Subject(job id.ID) string { return "job/" + job.String() }

// StopSignal is the ephemeral subject on which a runner hears, ahead of its
// next beat, that it should beat now because one of its jobs is to be stopped.
func StopSignal(runner string) string { return "sig.jobs.stop." + runner }
