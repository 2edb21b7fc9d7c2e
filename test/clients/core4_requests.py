"""core4's login, told with requests as its manual tells it.

    core4_requests.py SERVER

SERVER is that of a `heddle up --demo`, e.g. http://127.0.0.1:8080. One line
for each check, then "N passed, M failed"; exit code 1 if any failed.
"""

import base64
import json
import re
import sys

import requests

from checks import Story

TIMEOUT = 60
NAME = {"username": "admin", "password": "hans"}


class Conversation(Story):
    """What somebody with the manual at hand tries."""

    def __init__(self, server):
        super().__init__()
        self.server = server.rstrip("/")

    def ask(self, method, path, **how):
        return requests.request(method, self.server + path, timeout=TIMEOUT, verify=False, **how)

    def sign_in(self):
        answer = self.ask("GET", "/core4/api/v1/login?username=admin&password=hans")
        body = answer.json()
        token = body.get("data", {}).get("token", "")
        self.check("a name and password in the query give a token", answer.status_code == 200 and token, body)
        self.check("the header Token has the same", answer.headers.get("Token") == token, answer.headers)
        self.check("the cookie is signed and quoted", answer.headers["Set-Cookie"].startswith('token="2|1:0|10:'), answer.headers)
        head, claims, _ = token.split(".")
        self.check("the token is core4's", head == "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9", head)
        said = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        self.check("it names its user", said["name"] == "admin", said)

    def profile(self):
        signed = self.ask("POST", "/core4/api/v1/login", json=NAME)
        token = signed.json()["data"]["token"]
        for title, how in {
            "the token": {"headers": {"Authorization": "Bearer " + token}},
            "the cookies": {"cookies": signed.cookies},
            "the token in the query": {"params": {"token": token}},
            "name and password": {"auth": ("admin", "hans")},
        }.items():
            answer = self.ask("GET", "/core4/api/profile", **how)
            self.check(title + " opens the profile", answer.status_code == 200 and answer.json()["data"]["name"] == "admin", answer.text)
        answer = self.ask("GET", "/core4/api/profile")
        self.check("nothing opens nothing", answer.status_code == 401 and answer.json()["code"] == 401, answer.text)

    def other_container(self):
        signed = self.ask("GET", "/args/login?username=admin&password=hans")
        answer = self.ask("GET", "/args/test", cookies=signed.cookies)
        self.check("one signs in where one works", answer.status_code == 200, answer.text)
        for title, given, said in (
            ("a day", "2018-11-07", "2018-11-07 00:00:00"),
            ("a day and a time", "1971-06-14T07:30:00", "1971-06-14 07:30:00"),
            ("a day, a time and a zone", "1971-06-14T07:30:00 CET", "1971-06-14 06:30:00"),
        ):
            answer = self.ask("GET", "/args/test?dt=" + given, cookies=signed.cookies)
            self.got(title, answer, said)
        answer = self.ask("POST", "/args/test", json={"dt": "1971-06-14T07:30:00 CET"}, cookies=signed.cookies)
        self.got("the same as JSON", answer, "1971-06-14 06:30:00")
        answer = self.ask("GET", "/args/test?dt=9999-aa-bb", cookies=signed.cookies)
        wrong = "parameter [dt] expected as_type [datetime]"
        self.check("what is no moment is refused", answer.status_code == 400 and wrong in answer.json()["error"], answer.text)

    def got(self, title, answer, said):
        data = answer.json().get("data", "")
        self.check(title + " is understood", re.fullmatch(r"got: " + said + r" \(\d+sec\. to now\)", data), answer.text)

    def examples(self):
        admin = {"auth": ("admin", "hans")}
        answer = self.ask("GET", "/test-server/test", **admin)
        body = answer.json()
        self.check("the first handler says hello", answer.status_code == 200 and body["data"] == "hello world", body)
        envelope = re.fullmatch(r"[0-9a-f]{24}", body["_id"]) and body["code"] == 200 and body["message"] == "OK"
        self.check("in the envelope", envelope and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}", body["timestamp"]), body)
        self.check("with core4's headers", answer.headers["Content-Type"] == "application/json; charset=UTF-8"
                   and answer.headers["Access-Control-Allow-Origin"] == "*" and "Etag" in answer.headers, answer.headers)
        again = self.ask("GET", "/test-server/test", headers={"If-None-Match": answer.headers["Etag"]}, **admin)
        self.check("and nothing the second time", again.status_code == 304 and not again.content, again.status_code)
        answer = self.ask("POST", "/test-server/test", **admin)
        self.check("another method is not allowed", answer.status_code == 405 and answer.json()["message"] == "Method Not Allowed", answer.text)
        answer = self.ask("GET", "/core4/example/error", **admin)
        error = "tornado.web.HTTPError: HTTP 409: Conflict (this is the ErrorTestHandler)\n"
        self.check("an error is core4's", answer.status_code == 409 and answer.json()["error"] == error and "data" not in answer.json(), answer.text)
        answer = self.ask("GET", "/core4/example/flash", **admin)
        flash = [{"level": "DEBUG", "message": "first flash message"}, {"level": "INFO", "message": "another flash message"}]
        self.check("messages flash", answer.json()["flash"] == flash and answer.json()["data"] == "OK", answer.text)
        answer = self.ask("GET", "/my/api/lufthansa/0815", **admin)
        self.check("a tenant's record", answer.json()["data"] == {"_id": "0815", "client": "lufthansa"}, answer.text)

    def forms(self):
        admin = {"auth": ("admin", "hans")}
        rows = [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}, {"a": 3, "b": "z"}]
        answer = self.ask("GET", "/core4/example/frame", **admin)
        self.check("a frame as JSON", answer.json()["data"] == rows, answer.text)
        for accept, within in {"text/csv": ",a,b\n0,1,x\n", "text/html": '<table class="dataframe">', "text/plain": "1  x"}.items():
            answer = self.ask("GET", "/core4/example/frame", headers={"Accept": accept}, **admin)
            self.check("a frame as " + accept, answer.headers["Content-Type"].startswith(accept) and within in answer.text, answer.text)
        answer = self.ask("GET", "/core4/example/page?page=-1&per_page=25", **admin)
        body = answer.json()
        counts = [body[name] for name in ("total_count", "page_count", "page", "per_page", "count")]
        self.check("the last page of sixty rows", counts == [60, 3, 2, 25, 10] and body["data"][0] == {"idx": 10}, body)
        answer = self.ask("GET", "/core4/example/download", **admin)
        self.check("a download", len(answer.content) >= 3 << 20 and "test.dat" in answer.headers["Content-Disposition"], answer.headers)
        answer = self.ask("GET", "/core4/example/link", allow_redirects=False, **admin)
        self.check("a link", answer.status_code == 302 and answer.headers["Location"] == "http://www.serviceplan.com", answer.headers)
        answer = self.ask("GET", "/test-server/help")
        self.check("the help is for everybody", answer.status_code == 200 and "API introduction" in answer.text and answer.history, answer.text)

    def browser(self):
        answer = self.ask("GET", "/core4/example/hello", headers={"Accept": "text/html"})
        self.check("a browser is led to the login page", answer.status_code == 200 and "<form" in answer.text and answer.history, answer.text)
        session = requests.Session()
        form = dict(NAME, next=self.server + "/core4/example/hello")
        answer = session.post(self.server + "/core4/example/login", data=form, headers={"Accept": "text/html"}, timeout=TIMEOUT, verify=False)
        self.check("and from there to where it wanted to go", answer.status_code == 200 and "hello world" in answer.text, answer.text)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    told = Conversation(sys.argv[1])
    told.scene("sign in", told.sign_in)
    told.scene("profile", told.profile)
    told.scene("another container", told.other_container)
    told.scene("the examples", told.examples)
    told.scene("forms of an answer", told.forms)
    told.scene("a browser", told.browser)
    told.end()


if __name__ == "__main__":
    main()
