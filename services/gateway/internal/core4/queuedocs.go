package core4

// What the documentation of the queue says.

const queueDoc = `Methods:
    GET /core4/api/v1/queue - how many jobs are in the queue, as server-sent events

Parameters:
    - none

Returns:
    events named queue: timestamp (seconds), and of each state that jobs are in, how many; at first as it is, then
    each change

Raises:
    - 503: the journal of jobs cannot be read now

Examples:
    >>> requests.get(url + "/core4/api/v1/queue", auth=auth, stream=True)`
