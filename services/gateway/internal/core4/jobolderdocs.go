package core4

// What the documentation of the older forms says.

const olderPostDoc = `Methods:
    POST /core4/api/v1/jobs/enqueue - starts a job

Parameters:
    - name (str): of a kind of job, required
    - priority (int): 0 to 10
    - wall_time (int): seconds after which the job is killed
    - every other argument is one of the job

Returns:
    name and _id of the job

Raises:
    - 400: such a job has not ended, or an argument is wrong or stands for what our jobs do not have
    - 403: you have no permission job://NAME/x
    - 404: there is no such kind of job

Examples:
    >>> requests.post(url + "/core4/api/v1/jobs/enqueue", json={"name": "core4.demo.job.Echo", "year": 2018}, auth=auth)`

const pollDoc = `Methods:
    GET /core4/api/v1/jobs/poll/<_id> - a job's states and its log until its end
    GET /core4/api/v1/jobs/poll/<name> - the jobs of a kind, as they are and as they change

Parameters:
    - _id (str): of the job
    - name (str): of a kind of job

Returns:
    the server-sent events state, log and close; of a kind update, with a job document, until you go

Raises:
    - 400: the id is missing or cannot be read
    - 403: the job or the kind is not yours to see
    - 404: there is no such job or kind

Examples:
    >>> requests.get(url + "/core4/api/v1/jobs/poll/" + _id, auth=auth, stream=True)`

const pollPostDoc = `Methods:
    POST /core4/api/v1/jobs/poll - starts a job and follows it, or with _id follows that one

Parameters:
    - name (str): of a kind of job; the others as of /jobs/enqueue
    - _id (str): of a job that there is

Returns:
    the server-sent events state, log and close

Raises:
    - 400: neither name nor _id is there, or as /jobs/enqueue says
    - 403: you have no permission
    - 404: there is no such kind of job, or no such job

Examples:
    >>> requests.post(url + "/core4/api/v1/jobs/poll", json={"name": "core4.demo.job.Echo"}, auth=auth, stream=True)`

const olderGetDoc = `Methods:
    GET /core4/api/v1/jobs - a page of the jobs that you may see; POST does the same
    GET /core4/api/v1/jobs/<_id> - one job

Parameters:
    - page (int): from 0
    - per_page (int): 10 if nothing is said
    - sort (str): a field, _id if nothing is said
    - order (int): 1 or -1
    - filter (dict): what the jobs must be

Returns:
    a page of job documents, or one, with name in place of qual_name

Raises:
    - 400: an id or an argument cannot be read
    - 403: the job is not yours to see
    - 404: there is no such job

Examples:
    >>> requests.get(url + "/core4/api/v1/jobs?sort=state&order=-1", auth=auth)`

const olderPutDoc = `Methods:
    PUT /core4/api/v1/jobs/<action>/<_id> - delete, kill or restart; also as /jobs/<_id>?action=<action>

Parameters:
    - action (str): delete, kill or restart

Returns:
    true, or of restart old_id and new_id, which are the same

Raises:
    - 400: the action or the id is wrong, or the job cannot be restarted
    - 403: you have no permission job://NAME/x, and the job is not yours
    - 404: there is no such job, or it is being killed already

Examples:
    >>> requests.put(url + "/core4/api/v1/jobs/kill/" + _id, auth=auth)`

const olderDeleteDoc = `Methods:
    DELETE /core4/api/v1/jobs/<_id> - removes a job and its directory

Parameters:
    - _id (str): of the job

Returns:
    true

Raises:
    - 400: the id is missing or cannot be read
    - 403: you have no permission job://NAME/x, and the job is not yours
    - 404: there is no such job

Examples:
    >>> requests.delete(url + "/core4/api/v1/jobs/" + _id, auth=auth)`
