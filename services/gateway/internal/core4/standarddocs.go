package core4

// What the documentation of the other endpoints says, in the sections of
// core4's guide.

const getAvatarDoc = `Methods:
    GET /core4/api/v1/avatar - your picture

Parameters:
    - none

Returns:
    the picture's bytes, or the text "No avatar set yet."

Raises:
    - 503: the store cannot be reached

Examples:
    >>> requests.get(url + "/core4/api/v1/avatar", auth=auth)`

const postAvatarDoc = `Methods:
    POST /core4/api/v1/avatar - sets your picture

Parameters:
    - file (multipart): a png, jpg, gif or bmp

Returns:
    a text

Raises:
    - 400: there is not one file, or it is no picture
    - 413: it is too large

Examples:
    >>> requests.post(url + "/core4/api/v1/avatar", files={"file": open("me.png", "rb")}, auth=auth)`
