#!/usr/bin/env python3
"""The UNICORE story, told with the public PyUNICORE client as it is.

    PYTHONPATH=<dir with pyunicore> pyunicore_roundtrip.py BASE [USER PASSWORD]

BASE is a site's core services, e.g. https://127.0.0.1:8080/DEMO-SITE/rest/core.
One line for each check, then "N passed, M failed"; exit code 1 if any failed.
"""

import io
import os
import sys
import tempfile

import requests

from pyunicore import client, credentials

from checks import Story, until

TIMEOUT = 30  # seconds for any one thing to happen


class Roundtrip:
    def __init__(self, story, base, user, password):
        self.story = story
        self.base = base
        self.user = user
        self.credential = credentials.UsernamePassword(user, password)
        self.site = client.Client(self.credential, base, cache_time=0)

    def run(self, description, **options):
        """Submits a job and waits for its end."""
        job = self.site.new_job(description, **options)
        job.cache_time = 0
        until(lambda: not job.is_running(), TIMEOUT)
        return job

    def text(self, job, path):
        """The content of a file of a job."""
        return job.working_dir.stat(path).raw().read().decode()

    # covers: U4-003 U4-005 U4-014 U4-059
    def connects(self):
        access = self.site.access_info()
        self.story.check("the role is user", access["role"]["selected"] == "user", access)
        self.story.check("the login is the user's", access["xlogin"]["UID"] == self.user, access)
        self.story.check("the server has a version", self.site.server_version_info() >= (9, 2, 0))
        nobody = client.Client(credentials.Anonymous(), self.base)
        self.story.check("nobody is anonymous", nobody.access_info()["role"]["selected"] == "anonymous")
        try:
            client.Client(credentials.UsernamePassword(self.user, "wrong"), self.base)
            status = 200
        except requests.HTTPError as refusal:
            status = refusal.response.status_code
        self.story.check("a wrong password is refused with 401", status == 401, status)

    # covers: U4-016 U4-019 U4-020 U4-021
    def keeps_a_session(self):
        transport = self.site.transport
        before = transport.last_session_id
        self.site.get_jobs(num=1)
        self.story.check("the session goes on", before is not None and transport.last_session_id == before)
        other = client.Client(transport, self.base, cache_time=0)
        self.story.check("another resource goes on with it", other.transport.last_session_id == before)
        transport.last_session_id = "no-such-session"
        self.site.get_jobs(num=1)
        renewed = transport.last_session_id
        self.story.check("a dead session is renewed", renewed not in (None, "no-such-session"), renewed)

    # covers: U4-162 U4-163 U4-177 U4-181 U4-101 U4-103
    def runs_a_job(self):
        job = self.run({"Executable": "/bin/echo", "Arguments": ["hello"], "Tags": ["roundtrip"]})
        properties = job.properties
        self.story.check("echo is SUCCESSFUL", properties["status"] == "SUCCESSFUL", properties)
        self.story.check("its exit code is 0", properties.get("exitCode") == 0, properties)
        self.story.check("its output is hello", self.text(job, "stdout") == "hello\n")
        part = job.working_dir.stat("stdout").raw(offset=1, size=3).read()
        self.story.check("a part of its output", part == b"ell", part)
        downloaded = io.BytesIO()
        job.working_dir.stat("/stdout").download(downloaded)
        self.story.check("its output downloads", downloaded.getvalue() == b"hello\n")
        self.story.check("it has a log", len(properties["log"]) > 2, properties["log"])
        self.story.check("it is in the list", job.resource_url in [j.resource_url for j in self.site.get_jobs()])
        self.story.check("and among those with its tag",
                         job.resource_url in [j.resource_url for j in self.site.get_jobs(tags=["roundtrip"])])

    # covers: U4-176 U4-178
    def runs_a_failing_job(self):
        job = self.run({"Executable": "exit 7"})
        properties = job.properties
        self.story.check("exit 7 is FAILED", properties["status"] == "FAILED", properties)
        self.story.check("its exit code is 7", properties.get("exitCode") == 7, properties)
        self.story.check("its message names the code", "7" in properties["statusMessage"], properties)
        tolerant = self.run({"Executable": "exit 7", "IgnoreNonZeroExitCode": "true"})
        self.story.check("exit 7 may be ignored", tolerant.properties["status"] == "SUCCESSFUL", tolerant.properties)

    def alive(self, pids):
        """Those of the processes that a job at the site sees alive."""
        script = "\n".join(f"kill -0 {n} 2>/dev/null && echo {n}" for n in pids) + "\ntrue\n"
        return self.text(self.run({"Executable": "sh ask.sh", "Imports": [{"To": "ask.sh", "Data": script}]}), "stdout").split()

    # covers: U4-168
    def aborts_a_job_and_its_children(self):
        pids = ["sleep 600 & echo $! > child", "echo $$ > parent", "wait"]
        job = self.site.new_job({"Executable": "sh tree.sh", "Imports": [{"To": "tree.sh", "Data": pids}]})
        job.cache_time = 0
        files = until(lambda: {"child", "parent"} <= set(job.working_dir.listdir()), TIMEOUT)
        if not self.story.check("the job says who its processes are", files):
            return
        numbers = until(lambda: [n for n in (self.text(job, f).strip() for f in ("parent", "child")) if n], TIMEOUT)
        self.story.check("they are two", len(numbers) == 2, numbers)
        self.story.check("another job sees them", self.alive(numbers) == numbers)
        job.abort()
        until(lambda: not job.is_running(), TIMEOUT)
        self.story.check("an aborted job is FAILED", job.properties["status"] == "FAILED", job.properties)
        self.story.check("none of its processes is left", until(lambda: not self.alive(numbers), TIMEOUT), numbers)
        job.abort()
        self.story.check("to abort it again is nothing", job.properties["status"] == "FAILED", job.properties)

    # covers: U4-156 U4-157 U4-158
    def stages_in_from_the_client(self):
        with tempfile.NamedTemporaryFile("w", suffix=".sh", delete=False) as script:
            script.write("cat data.txt\n")
        try:
            job = self.site.new_job({"Executable": "bash", "Arguments": ["myscript.sh"], "haveClientStageIn": "true"},
                                    inputs={"myscript.sh": script.name}, autostart=False)
            job.cache_time = 0
            self.story.check("a job with inputs waits", job.properties["status"] == "READY", job.properties)
            job.working_dir.put("from the client\n", "data.txt")
            job.start()
            until(lambda: not job.is_running(), TIMEOUT)
            self.story.check("then it runs", job.properties["status"] == "SUCCESSFUL", job.properties)
            self.story.check("with what was uploaded", self.text(job, "stdout") == "from the client\n")
        finally:
            os.unlink(script.name)

    # covers: U4-091 U4-105 U4-106 U4-114 U4-115
    def uses_storages(self):
        urls = [s.resource_url for s in self.site.get_storages()]
        self.story.check("there is a home", any(u.endswith("/storages/HOME") for u in urls), urls)
        everything = [s.resource_url for s in self.site.get_storages(all=True)]
        self.story.check("working directories are shown on demand", len(everything) > len(urls), everything)
        home = client.Storage(self.site.transport, self.base + "/storages/HOME", cache_time=0)
        home.put("this is some test data", "roundtrip/deep/a file.txt")
        found = home.stat("roundtrip/deep/a file.txt")
        self.story.check("a file was uploaded", found.properties["size"] == 22, found.properties)
        home.mkdir("roundtrip/empty")
        names = set(home.listdir("roundtrip"))
        self.story.check("a directory has full paths", names == {"roundtrip/deep/", "roundtrip/empty/"}, names)
        for root in ("/", "."):
            self.story.check(f"the root is {root}", "roundtrip/" in home.listdir(root))
        home.rmdir("roundtrip")
        self.story.check("a directory was removed", "roundtrip/" not in home.listdir())

    # covers: U4-070 U4-075 U4-165 U4-166
    def manages_the_rest(self):
        scratch = self.run({})
        self.story.check("nothing to run is SUCCESSFUL", scratch.properties["status"] == "SUCCESSFUL", scratch.properties)
        self.story.check("and has no exit code", "exitCode" not in scratch.properties)
        scratch.working_dir.put(b"x", "f")
        self.story.check("but a directory", "f" in scratch.working_dir.listdir())
        storage = scratch.links["workingDirectory"]
        scratch.delete()
        for url in (scratch.resource_url, storage):
            status = requests.get(url, auth=(self.user, self.credential.password), verify=False, timeout=TIMEOUT).status_code
            self.story.check("what was destroyed is 404", status == 404, (url, status))
        applications = {f"{a.name} {a.version}" for a in self.site.get_applications()}
        self.story.check("Date 1.0 is an application", "Date 1.0" in applications, applications)
        date = self.run({"ApplicationName": "Date", "ApplicationVersion": "1.0"})
        self.story.check("and runs", date.properties["status"] == "SUCCESSFUL", date.properties)
        self.story.check("nobody has transfers", self.site.get_transfers() == [])
        again = self.run({"Executable": "echo once more >> f"})
        again.restart()
        until(lambda: not again.is_running() and self.text(again, "f").count("\n") == 2, TIMEOUT)
        self.story.check("a job runs again in its directory", self.text(again, "f") == "once more\nonce more\n")


def main():
    if len(sys.argv) not in (2, 4):
        sys.exit(__doc__)
    base = sys.argv[1].rstrip("/")
    user, password = sys.argv[2:] or ("demouser", "test123")
    story = Story()
    trip = Roundtrip(story, base, user, password)
    for scene in (trip.connects, trip.keeps_a_session, trip.runs_a_job, trip.runs_a_failing_job,
                  trip.aborts_a_job_and_its_children, trip.stages_in_from_the_client, trip.uses_storages,
                  trip.manages_the_rest):
        story.scene(scene.__name__.replace("_", " "), scene)
    story.end()


if __name__ == "__main__":
    main()
