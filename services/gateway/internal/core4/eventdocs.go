package core4

// What the documentation of channels says.

const eventDoc = `Methods:
    GET /core4/api/v1/event - a websocket for what is said in channels, and for how many jobs are in the queue

Parameters:
    - token (str): of core4's login, for browsers, whose websockets have no headers

Returns:
    frames of text. {"type": "interest", "data": ["queue", "message"]} says what you listen to,
    {"type": "message", "channel": "message", "text": "hello"} says something. In a channel that you listen to come
    _id, name, author, channel, created and data of each message, and in the channel queue the event summary, whenever
    it has changed: name, state, n, progress, zombie, wall, removed and killed of the jobs. Jobs that you may not see
    are called UnauthorizedJob. The websocket ends with your credential (1008), with the gateway (1001), and if you do
    not read what comes (1013).

Raises:
    - 403: the page's origin is not allowed, or it would use the cookie of another site
    - 426: it is no websocket
    - 429: there are too many websockets of yours
    - 503: messages cannot be followed now

Examples:
    >>> ws = websocket.create_connection("ws://127.0.0.1:8080/core4/api/v1/event?token=" + token)
    >>> ws.send(json.dumps({"type": "interest", "data": ["message"]}))`

const eventHistoryDoc = `Methods:
    GET /core4/api/v1/event/history - what was said, the newest first; POST does the same

Parameters:
    - page (int): from 0
    - per_page (int): 10 if nothing is said
    - filter (dict): for example {"author": "admin"}; of the channel message, unless it names a channel

Returns:
    a page of _id, author, channel, created and data

Raises:
    - 400: an argument cannot be read
    - 503: messages cannot be reached now

Examples:
    >>> requests.get(url + "/core4/api/v1/event/history?per_page=5", auth=auth)`
