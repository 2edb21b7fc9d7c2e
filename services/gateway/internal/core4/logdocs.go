package core4

const logDoc = `Methods:
    GET /core4/api/v1/log - the logs of the jobs that you may see, as server-sent events; POST does the same

Parameters:
    - follow (bool): goes on with what comes; otherwise it ends with what there is
    - start (str): a date, a time, or how long ago (5m, 2h, 1d, 1w); an hour ago if nothing is said
    - end (str): the same
    - level (str): the least of DEBUG, INFO, WARNING, ERROR, CRITICAL
    - project, hostname, username (str): to the letter
    - qual_name, identifier, message (str): regular expressions of at most 200 bytes

Returns:
    log: a record, as at /job/log; job by job, of the newest 100 jobs that match
    alive: request_id, about once a second
    close: an empty object, at the end

Raises:
    - 400: an argument cannot be read
    - 403: you have no permission

Examples:
    >>> requests.get(url + "/core4/api/v1/log?start=5m&level=WARNING", auth=auth, stream=True)`
