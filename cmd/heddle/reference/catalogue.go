package main

// meaning says when an event happens, in the order of a life.
type meaning struct{ event, when string }

// family is the events of one kind of aggregate, all on one topic.
type family struct {
	title, intro string
	topic        string // OWNER and ID stand for what differs
	samples      string // directory of the frozen forms
	events       []meaning
}

func jobEvents() []meaning {
	return []meaning{
		{"jobs.job.submitted.v1", "Somebody asked for this work. The first event of every job."},
		{"jobs.job.stage_in_started.v1", "Its inputs are being brought."},
		{"jobs.job.start_requested.v1", "Its owner has put in what they wanted to, while the service still brings the rest."},
		{"jobs.job.ready.v1", "Everything it needs is there."},
		{"jobs.job.input_staged.v1", "One of its inputs is there."},
		{"jobs.job.transfer_skipped.v1", "One of its imports or exports has failed, without which it goes on."},
		{"jobs.job.blocked.v1", "Everything is there, but it must not run yet: `on` says why (`hold`, `dependencies`, `time`, `allocation`)."},
		{"jobs.job.unblocked.v1", "One of these reasons is gone for good."},
		{"jobs.job.hold_placed.v1", "Its owner keeps it back."},
		{"jobs.job.hold_released.v1", "Its owner lets it go."},
		{"jobs.job.queued.v1", "It waits for a runner."},
		{"jobs.job.matched.v1", "It was given to a runner; `epoch` counts how often that has happened."},
		{"jobs.job.requeued.v1", "The runner gave it back, or was lost before it began."},
		{"jobs.job.started.v1", "The runner has leave to start the process, and does so now."},
		{"jobs.job.exited.v1", "The process has ended. Without `code` none ran, or its exit is unknown; `evidence` says how it is known: `wait`, `exit record` or `none`."},
		{"jobs.job.sweep_started.v1", "Its children are being submitted; `round` counts how often it was run."},
		{"jobs.job.child_ended.v1", "One of its children came to its end."},
		{"jobs.job.stage_out_started.v1", "Its process is gone; its outputs are being sent."},
		{"jobs.job.output_staged.v1", "One of its outputs was sent."},
		{"jobs.job.succeeded.v1", "It has done what was asked."},
		{"jobs.job.failed.v1", "It has not."},
		{"jobs.job.abort_requested.v1", "Somebody wants it stopped; its runner was told."},
		{"jobs.job.aborted.v1", "It was stopped."},
		{"jobs.job.restarted.v1", "It is to run again, in the same directory."},
		{"jobs.job.reschedule_requested.v1", "It is to be stopped, and then to run again as if it were new; its runner was told."},
		{"jobs.job.rescheduled.v1", "It is to run again as if it were new; `counter` says how often that has happened."},
		{"jobs.job.tags_changed.v1", "These are its tags now."},
		{"jobs.job.expiry_set.v1", "The service will destroy it then; without `at`, never."},
		{"jobs.job.acl_changed.v1", "These are all that others may do with it."},
		{"jobs.job.notification_due.v1", "Whom its owner named is to be told of the state `state`, to which the commit led. The gateway tells them (docs/design/jobs.md)."},
		{"jobs.job.noted.v1", "Something happened on its account that changes nothing."},
		{"jobs.job.resubmitted.v1", "Its work is asked for again, as another job."},
		{"jobs.job.destroyed.v1", "It and its working directory are gone. The last event."},
	}
}

func batchEvents() []meaning {
	return []meaning{
		{"jobs.batch.submitted.v1", "Somebody asked for all this work at once. From now on all its jobs come to be."},
		{"jobs.batch.made.v1", "All its jobs are there."},
	}
}

func userEvents() []meaning {
	return []meaning{
		{"auth.user.registered.v1", "There is a new user. `credential` is an id in the vault, never a password or its hash."},
		{"auth.user.group_joined.v1", "The user is a member of one more group."},
		{"auth.user.password_changed.v1", "The user has a new password, kept as another credential."},
		{"auth.user.disabled.v1", "The user is kept out."},
		{"auth.user.enabled.v1", "The user is let in again."},
		{"auth.user.group_left.v1", "The user is a member of it no more."},
		{"auth.user.default_group_set.v1", "The user acts in this group of theirs if they name none."},
		{"auth.user.role_given.v1", "The user has one more platform role."},
		{"auth.user.role_taken.v1", "The user has it no more."},
		{"auth.user.core4_changed.v1", "These are all of the user's own permissions and roles of core4."},
		{"auth.user.profile_changed.v1", "The user is called this and has this address."},
		{"auth.user.certificate_added.v1", "The user is who shows a certificate of this name."},
		{"auth.user.certificate_removed.v1", "Not any more."},
		{"auth.user.login_added.v1", "The user's jobs may run under this Unix login."},
		{"auth.user.login_removed.v1", "Not any more."},
		{"auth.user.key_added.v1", "The user is who signs with this key; `jwk` is its public half."},
		{"auth.user.key_removed.v1", "Not any more."},
		{"auth.user.linked.v1", "The user is who a federated provider calls this."},
		{"auth.user.unlinked.v1", "Not any more."},
		{"auth.user.suspended.v1", "The user is kept out of a virtual organisation."},
		{"auth.user.resumed.v1", "The user is let into it again."},
		{"auth.user.signed_in.v1", "The user proved who they are, at a login."},
		{"auth.user.sessions_ended.v1", "Whatever was given to the user before is over."},
	}
}

func groupEvents() []meaning {
	return []meaning{
		{"auth.group.created.v1", "There is a new group."},
		{"auth.group.changed.v1", "Membership entitles to this from now on; `lifetime_s` is the longest life of a grant. `narrowed`: that is less than before, and tokens that stand on the group of that `name` are over, as are those in `former_vo` that have rights of several groups."},
	}
}

func clientEvents() []meaning {
	return []meaning{
		{"auth.client.registered.v1", "There is a new OAuth client. It has the fields of `auth.client.changed.v1`, too."},
		{"auth.client.changed.v1", "It is like this from now on; a field that is left out is unset. `secret_id` is an id in the vault. `narrowed`: what it was given so far is over."},
		{"auth.client.secret_rotated.v1", "It has a new secret. Without `old_until`, the old one and what was given for it are over."},
		{"auth.client.removed.v1", "There is none any more. Its id may be given again."},
	}
}

func keyEvents() []meaning {
	return []meaning{
		{"auth.key.announced.v1", "There is a new key to verify with; `jwk` is its public half. `use` is `access`, `id` or `site`, with the site's certificate as `cert`; without it, access tokens may be signed with the key from now on."},
		{"auth.key.activated.v1", "Tokens may be signed with it from now on."},
		{"auth.key.retired.v1", "Nobody uses it any more. `compromised`: what was signed with it is over, too."},
	}
}

func grantEvents() []meaning {
	return []meaning{
		{"auth.grant.begun.v1", "A user allowed a client something, and the client asked for its first tokens."},
		{"auth.grant.refreshed.v1", "The client has the refresh token of this generation now; those before are used up."},
		{"auth.grant.revoked.v1", "Every token of the grant is over. `reason` is `user`, `client`, `admin`, `logout`, or `reuse` of a refresh token or `replay` of a code."},
	}
}

func apikeyEvents() []meaning {
	return []meaning{
		{"auth.apikey.created.v1", "A user made a key. Its secret is in no event."},
		{"auth.apikey.used.v1", "Somebody came in with it in the hour that begins then."},
		{"auth.apikey.revoked.v1", "It is good for nothing any more."},
	}
}

func tokenEvents() []meaning {
	return []meaning{
		{"auth.token.revoked.v1", "One access token is over, though its time has not come; at `expires` it would have been. It is the token's only event."},
	}
}

func roleEvents() []meaning {
	return []meaning{
		{"auth.role.created.v1", "There is a new role of core4."},
		{"auth.role.changed.v1", "It is like this from now on."},
		{"auth.role.removed.v1", "There is none any more. It may be created again."},
	}
}
