"""core4's login, told with requests as its manual tells it.

    core4_requests.py SERVER

SERVER is that of a `heddle up --demo`, e.g. http://127.0.0.1:8080. One line
for each check, then "N passed, M failed"; exit code 1 if any failed.
"""

import base64
import json
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
    told.scene("a browser", told.browser)
    told.end()


if __name__ == "__main__":
    main()
