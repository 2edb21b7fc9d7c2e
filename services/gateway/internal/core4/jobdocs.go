package core4

// What the documentation of jobs says, in the sections of core4's guide.

const jobIntro = `Jobs of the kinds that are configured here (see /jobs/list). A job that is started here is the same job at
every other door. Whose a job is may follow, end and restart it; others need the permission job://NAME/r to look
at it and job://NAME/x to do more.`

const putJobDoc = `Methods:
    PUT /core4/api/v1/job/kill/<_id> - stops a job
    PUT /core4/api/v1/job/remove/<_id> - removes a job and its directory
    PUT /core4/api/v1/job/restart/<_id> - runs a job again that was stopped or has failed

Parameters:
    - follow (bool): of restart, true if nothing is said

Returns:
    true, or of restart the job's id, or with follow its server-sent events. A job that is restarted keeps its id.

Raises:
    - 400: the id is missing or cannot be read, or the job cannot be restarted
    - 403: you have no permission job://NAME/x, and the job is not yours
    - 404: there is no such job, or it is being killed already
    - 405: unknown action

Examples:
    >>> requests.put(url + "/core4/api/v1/job/kill/" + _id, auth=auth)`
