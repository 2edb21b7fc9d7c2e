"""core4's jobs, queue and settings, told with requests.

    core4_jobs.py SERVER

SERVER is that of a `heddle up --demo`, e.g. http://127.0.0.1:8080. One line
for each check, then "N passed, M failed"; exit code 1 if any failed.
"""

import json
import sys

import requests

from checks import Story, until

TIMEOUT = 60
AUTH = ("admin", "hans")


def events(answer):
    """The server-sent events of an answer, as (name, data)."""
    name = ""
    for line in answer.iter_lines(decode_unicode=True):
        if line.startswith("event: "):
            name = line[len("event: "):]
        elif line.startswith("data: "):
            yield name, json.loads(line[len("data: "):])


class Conversation(Story):
    """What somebody does who has jobs to run."""

    def __init__(self, server):
        super().__init__()
        self.api = server.rstrip("/") + "/core4/api/v1"

    def ask(self, method, path, **how):
        return requests.request(method, self.api + path, timeout=TIMEOUT, verify=False, auth=AUTH, **how)

    def start(self, kind, follow=False, **args):
        return self.ask("POST", "/job", json={"qual_name": "core4.demo.job." + kind, "args": args, "follow": follow}, stream=follow)

    def document(self, job):
        return self.ask("GET", "/job/" + job).json()["data"]

    def becomes(self, job, state):
        until(lambda: self.document(job)["state"] == state, TIMEOUT)
        return self.document(job)

    def follow(self):
        answer = self.start("Echo", follow=True, year=2018)
        self.check("the answer is a stream", answer.headers["Content-Type"] == "text/event-stream", answer.headers)
        told = list(events(answer))
        states = [data["state"] for name, data in told if name == "state"]
        lines = [data["message"] for name, data in told if name == "log"]
        self.check("from pending to complete", states[0] == "pending" and states[-1] == "complete", states)
        self.check("its output is in its log", '{"year":2018}' in lines, lines)
        self.check("the stream ends with close", told[-1] == ("close", {"state": len(states), "log": len(lines)}), told[-1])

    def acts(self):
        job = self.start("Sleep", n=1).json()["data"]
        again = self.start("Sleep", n=1)
        self.check("the same job does not run twice", again.status_code == 400 and "exists with args" in again.json()["error"], again.text)
        listed = self.ask("GET", "/job", params={"filter": json.dumps({"_id": job})}).json()
        self.check("it is in the list", listed["total_count"] == 1 and listed["data"][0]["args"] == {"n": 1}, listed)
        self.becomes(job, "running")
        self.check("it is killed", self.ask("PUT", "/job/kill/" + job).json()["data"] is True)
        self.check("and says so", self.becomes(job, "killed")["highstate"] == "stopped")
        self.check("and removed", self.ask("DELETE", "/jobs/" + job).json()["data"] is True)
        self.check("and gone", self.ask("GET", "/job/" + job).status_code == 404)

    def older(self):
        answer = self.ask("POST", "/jobs/enqueue", data={"name": "core4.demo.job.Fail", "reason": "older"}).json()
        self.check("the older form starts a job", answer["data"]["name"] == "core4.demo.job.Fail", answer)
        job = answer["data"]["_id"]
        self.check("which is an error", self.becomes(job, "error")["flag"]["killed"] is False)
        told = [name for name, _ in events(self.ask("GET", "/jobs/poll/" + job, stream=True))]
        self.check("and has a log", told[0] == "state" and "log" in told and told[-1] == "close", told)
        kinds = self.ask("GET", "/jobs/list", params={"search": "*echo"}).json()
        self.check("there are kinds of jobs", [k["_id"] for k in kinds["data"]] == ["core4.demo.job.Echo"], kinds)

    def queue(self):
        with self.ask("GET", "/queue", stream=True) as answer:
            name, counts = next(events(answer))
        self.check("the queue says how it is", name == "queue" and counts["error"] >= 1, counts)
        for path in ("/jobs/history", "/queue/history"):
            page = self.ask("GET", path).json()
            self.check(path + " tells the past", page["total_count"] >= 1 and page["data"][0]["total"] >= 1, page)

    def settings(self):
        sent = {"demo": {"color": "red"}}
        self.check("settings are kept", self.ask("PUT", "/setting", json={"data": sent}).json()["data"] == sent)
        self.check("and found", self.ask("GET", "/setting/demo/color").json()["data"] == "red")
        self.check("over the defaults", self.ask("GET", "/setting/_general/language").json()["data"] == "EN")
        self.check("and removed", self.ask("DELETE", "/setting").json()["data"] == {})
        for path in ("/about", "/welcome", "/system"):
            self.check(path + " answers", self.ask("GET", path).status_code == 200)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    told = Conversation(sys.argv[1])
    told.scene("follow", told.follow)
    told.scene("acts", told.acts)
    told.scene("older", told.older)
    told.scene("queue", told.queue)
    told.scene("settings", told.settings)
    told.end()


if __name__ == "__main__":
    main()
