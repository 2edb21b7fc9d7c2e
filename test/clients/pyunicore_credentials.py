#!/usr/bin/env python3
"""Every kind of credential that PyUNICORE has, at a site.

    PYTHONPATH=<dir with pyunicore> pyunicore_credentials.py HTTP-SERVER HTTPS-SERVER

The servers are the two faces of one `heddle up --demo`. One line for each
check, then "N passed, M failed"; exit code 1 if any failed.
"""

import base64
import html
import json
import os
import re
import secrets
import sys
import tempfile

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt import PyJWK
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from pyunicore import client, credentials

from checks import Story

TIMEOUT = 60
USER, PASSWORD = "demouser", "test123"
OPERATOR = ("admin", "hans")


def claims(token):
    """What is in a token, as PyUNICORE's command line decodes it."""
    payload = token.split(".")[1]
    return json.loads(base64.b64decode(payload + "=" * (-len(payload) % 4)))


class Wallet:
    def __init__(self, story, http, https):
        self.story = story
        self.http = http
        self.base = https + "/DEMO-SITE/rest/core"

    def opens(self, title, credential, method, user=USER):
        """Comes in with a credential and looks who one is."""
        site = client.Client(credential, self.base, cache_time=0)
        me = site.access_info()
        self.story.check(title + " comes in", me["role"]["selected"] == "user" and me["authenticationMethod"] == method, me)
        self.story.check(title + " is the user's", me["dn"] == f"CN={user},O=Heddle", me)
        site.get_jobs(num=1)
        return site

    def refused(self, title, credential, status=401):
        try:
            client.Client(credential, self.base)
            got = 200
        except requests.HTTPError as refusal:
            got = refusal.response.status_code
        self.story.check(title + f" is refused with {status}", got == status, got)

    # covers: U4-005 U4-008 U4-033
    def passwords(self):
        self.opens("a password", credentials.UsernamePassword(USER, PASSWORD), "PASSWORD_FILE")
        pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        self.opens("a basic token", credentials.BasicToken(pair), "PASSWORD_FILE")
        self.opens("what create_credential makes", credentials.create_credential(USER, PASSWORD), "PASSWORD_FILE")
        self.refused("a wrong password", credentials.UsernamePassword(USER, "wrong"))
        nobody = client.Client(credentials.Anonymous(), self.base)
        self.story.check("nobody is anonymous", nobody.access_info()["role"]["selected"] == "anonymous")

    # covers: U4-220 U4-221 U4-222 U4-223 U4-224 U4-225 U4-226 U4-227 U4-228 U4-229
    def tokens_of_the_server(self):
        site = client.Client(credentials.UsernamePassword(USER, PASSWORD), self.base)
        usual = site.issue_auth_token()
        said = claims(usual)
        self.story.check("a token says whose it is", said["sub"] == f"CN={USER},O=Heddle" and said["iss"], said)
        self.story.check("it lives 300 s", said["exp"] - said["iat"] == 300, said)
        self.opens("the server's token", credentials.OIDCToken(usual), "ETD")
        self.refused("a changed token", credentials.OIDCToken(usual[:-4] + "AAAA"))
        more = site.issue_auth_token(lifetime=3600, renewable=True, limited=True)
        said = claims(more)
        self.story.check("its life can be chosen", said["exp"] - said["iat"] == 3600, said)
        self.story.check("it is limited to its server", said.get("aud") == said["iss"], said)
        holder = self.opens("a renewable token", credentials.OIDCToken(more), "ETD")
        self.opens("the next token", credentials.OIDCToken(holder.issue_auth_token()), "ETD")
        try:
            client.Client(credentials.OIDCToken(usual), self.base).issue_auth_token()
            status = 200
        except requests.HTTPError as refusal:
            status = refusal.response.status_code
        self.story.check("a token that is not renewable gets no other", status == 403, status)

    # covers: U4-006
    def keys_of_the_user(self):
        for name, algorithm, private, writer in (
            ("RSA", "RS256", rsa.generate_private_key(65537, 2048), RSAAlgorithm),
            ("EC", "ES256", ec.generate_private_key(ec.SECP256R1()), ECAlgorithm),
            ("Ed25519", "EdDSA", ed25519.Ed25519PrivateKey.generate(), OKPAlgorithm),
        ):
            credential = credentials.JWTToken(USER, USER, private, algorithm=algorithm)
            self.refused(f"an unknown {name} key", credential)
            jwk = json.loads(writer.to_jwk(private.public_key()))
            PyJWK(dict(jwk, alg=algorithm))  # it is one
            answer = requests.post(f"{self.http}/api/v1/admin/users/{USER}/keys", auth=OPERATOR, timeout=TIMEOUT,
                                   json={"jwk": jwk, "comment": name})
            self.story.check(f"an operator registers the {name} key", answer.ok, answer.text)
            self.opens(f"the {name} key", credential, "SSHKEY")
            self.refused(f"the {name} key as somebody else", credentials.JWTToken("alice", "alice", private, algorithm=algorithm))
        with tempfile.NamedTemporaryFile(delete=False) as identity:  # as an SSH client keeps it
            identity.write(private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH,
                                                 serialization.NoEncryption()))
        self.opens("an identity file", credentials.create_credential(username=USER, identity=identity.name), "SSHKEY")
        os.unlink(identity.name)

    def device(self, application):
        """Signs a device in, as its user does in a browser; gives its tokens."""
        asked = requests.post(self.http + "/auth/device", timeout=TIMEOUT,
                              data={**application, "scope": "openid offline_access api"}).json()
        browser = requests.Session()
        browser.headers["Accept"] = "text/html"

        def send(page, **fields):
            form = re.search(r'<form method="post" action="([^"]*)"', page.text)
            hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page.text)
            fields.update({name: html.unescape(value) for name, value in hidden})
            address = requests.compat.urljoin(page.url, html.unescape(form.group(1)))
            return browser.post(address, data=fields, timeout=TIMEOUT, headers={"Origin": self.http})

        page = browser.get(f"{self.http}/auth/device?user_code={asked['user_code']}", timeout=TIMEOUT)
        page = send(page, username=USER, password=PASSWORD)
        send(page, grant="Grant")
        return requests.post(self.http + "/auth/token", timeout=TIMEOUT, data={
            **application, "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "device_code": asked["device_code"]}).json()

    # covers: U4-006
    def tokens_of_oauth(self):
        tokens = self.device({"client_id": "demo-client"})
        if not self.story.check("a device gets its tokens", "refresh_token" in tokens, list(tokens)):
            return
        site = self.opens("an access token", credentials.OIDCToken(tokens["access_token"]), "OAUTH2")
        self.opens("a token of the server by it", credentials.OIDCToken(site.issue_auth_token(lifetime=60)), "ETD")
        handler = credentials.RefreshHandler({"url": self.http + "/auth/", "client_id": "demo-client", "client_secret": None,
                                              "refresh_token": tokens["refresh_token"]})
        self.opens("a token that refreshes itself", credentials.OIDCToken("", refresh_handler=handler), "OAUTH2")
        self.story.check("it is refreshed only when it has ended", handler.get_token() == handler.token)
        self.refused("a refresh token", credentials.OIDCToken(tokens["refresh_token"]))

    def tokens_that_refresh_themselves(self):
        """PyUNICORE keeps no new refresh token: its client is registered for that."""
        made = requests.post(self.http + "/api/v1/admin/clients", auth=OPERATOR, timeout=TIMEOUT, json={
            "client_name": "PyUNICORE " + secrets.token_hex(4), "token_endpoint_auth_method": "client_secret_post",
            "grant_types": ["device_code", "refresh_token"], "steady_refresh_token": True}).json()
        application = {"client_id": made["client_id"], "client_secret": made["client_secret"]}
        tokens = self.device(application)
        handler = credentials.RefreshHandler({"url": self.http + "/auth/", "refresh_token": tokens["refresh_token"], **application})
        for turn in ("first", "second", "third"):
            handler.refresh()
            self.opens(f"the {turn} refreshed token", credentials.OIDCToken("", refresh_handler=handler), "OAUTH2")

    # covers: U4-009 U4-010 U4-013 U4-014
    def preferences(self):
        transport = client.Transport(credentials.UsernamePassword(USER, PASSWORD))
        me = client.Client(transport, self.base, cache_time=0).access_info()["xlogin"]
        for uid in me["availableUIDs"]:
            transport.preferences = "uid:" + uid
            chosen = client.Client(transport, self.base, cache_time=0).access_info()["xlogin"]
            self.story.check(f"the login {uid} can be chosen", chosen["UID"] == uid, chosen)
        for group in me["availableGroups"]:
            transport.preferences = "group:" + group
            chosen = client.Client(transport, self.base, cache_time=0).access_info()["xlogin"]
            self.story.check(f"the group {group} can be chosen", chosen["group"] == group, chosen)
        transport.preferences = "uid:root"
        self.refused("another login", transport, status=403)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    story = Story()
    wallet = Wallet(story, *(server.rstrip("/") for server in sys.argv[1:]))
    for scene in (wallet.passwords, wallet.tokens_of_the_server, wallet.keys_of_the_user, wallet.tokens_of_oauth,
                  wallet.tokens_that_refresh_themselves, wallet.preferences):
        story.scene(scene.__name__.replace("_", " "), scene)
    story.end()


if __name__ == "__main__":
    main()
