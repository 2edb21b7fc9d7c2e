package core4

const getStoreDoc = `Methods:
    GET /core4/api/v1/store - the document that all others inherit from
    GET /core4/api/v1/store/<path> - the document at the path; as html a page to walk through

Parameters:
    - none

Returns:
    root (str): the path
    children (list): the paths right below it
    body (dict): the document; empty where there is none, null at the root
    inherited (dict): the defaults (store.default of the settings), and over them the documents from the root to the path

Raises:
    - 400: the path has more than 10 names, or one that is not allowed
    - 503: the store cannot be reached

Examples:
    >>> requests.get(url + "/core4/api/v1/store/client-1", auth=auth)`

const postStoreDoc = `Methods:
    POST /core4/api/v1/store - replaces the document that all others inherit from
    POST /core4/api/v1/store/<path> - replaces the document at the path, or makes one

Parameters:
    - the JSON body: an object, the whole document; _id is left out of it

Returns:
    the document

Raises:
    - 400: the body is no JSON object, or the path is not allowed
    - 404: there is no document right above the path
    - 413: the document would have more than 256 KiB, or the store more than 700 KiB or 1000 documents

Examples:
    >>> requests.post(url + "/core4/api/v1/store/client-1", json={"primary": "orange"}, auth=auth)`

const ownStoreDoc = `Methods:
    PUT /core4/api/v1/store - what holds for you: at the path of the first of your permissions app://store/<path>, or at the root

Parameters:
    - none

Returns:
    parents (list): the paths from the root to yours
    doc (dict): the defaults, and over them the documents at these paths; _id is the path of the last one that there is

Raises:
    - 405: there is a path

Examples:
    >>> requests.put(url + "/core4/api/v1/store", auth=auth)`

const deleteStoreDoc = `Methods:
    DELETE /core4/api/v1/store/<path> - removes the document at the path; that of all others is at /store/

Parameters:
    - recursive (bool): all documents below it, too

Returns:
    the paths of what was removed, the last first; all of them were removed at once

Raises:
    - 400: there is no path, or documents are below it and recursive is not set
    - 404: there is no document

Examples:
    >>> requests.delete(url + "/core4/api/v1/store/client-1?recursive=1", auth=auth)`
