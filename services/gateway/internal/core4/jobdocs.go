package core4

// What the documentation of jobs says, in the sections of core4's guide.

const jobIntro = `Jobs of the kinds that are configured here (see /jobs/list). A job that is started here is the same job at
every other door. Whose a job is may follow, end and restart it; others need the permission job://NAME/r to look
at it and job://NAME/x to do more.`
