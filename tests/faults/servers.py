"""The portal as a process of its own, to be killed, and people with browsers that sign in it."""

import http.client
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from portal import paths
from portal.config import FILE, Settings
from tests.acknowledgements.tutors import PAGE, typed
from tests.factories import sign_in_as

CLIENTS = 4
PATIENCE = 60  # seconds for what takes two on a quiet machine
PORTAL = (sys.executable, "-m", "portal.cli")
TOKEN = "a token of this browser"


@dataclass(frozen=True)
class Told:
    """What people were told: whose signature under which serial, and who heard nothing."""

    signed: dict[str, str] = field(default_factory=dict)
    nothing: list[str] = field(default_factory=list)


@contextmanager
def served(settings: Settings, *, port: int) -> Iterator["subprocess.Popen[str]"]:
    """Run `portal serve` on this installation; all its processes but the press are one group."""
    (settings.instance / FILE).write_text('organisation = "Example Tutoring"\n')
    told = {"INSTANCE": settings.instance, "DATABASE_URL": settings.database_url}
    told |= {"PRESS_SECONDS": PATIENCE, "WORKERS": 1}
    environment = {**os.environ, **{f"PORTAL_{name}": str(each) for name, each in told.items()}}
    command = [*PORTAL, "serve", "--port", str(port)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(
        command,
        cwd=paths.ROOT,
        env={**environment, "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
        **pipes,
    ) as server:
        try:
            _until_answering(server, port=port)
            yield server
        finally:
            os.killpg(server.pid, signal.SIGKILL)


def _until_answering(server: "subprocess.Popen[str]", *, port: int) -> None:
    """Wait for a worker: the server says that it listens some time before anybody does."""
    end, pause = time.monotonic() + PATIENCE, threading.Event()
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), PATIENCE).close()
        except ConnectionRefusedError:
            assert server.poll() is None, server.stdout.read()
            assert time.monotonic() < end
            pause.wait(0.05)
        else:
            return


class Crowd:
    """Four people at a time sign over HTTP, until all have or nobody answers any more."""

    def __init__(self, app: Flask, people: dict[str, str], *, port: int) -> None:
        self.told = Told()
        self.answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._port = port
        self._waiting: queue.SimpleQueue[tuple[str, str, str]] = queue.SimpleQueue()
        for person_id, name in people.items():
            self._waiting.put((person_id, name, cookie_of(app, person_id)))
        self._token = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(TOKEN)
        self._threads = [threading.Thread(target=self._sign_one_by_one) for _ in range(CLIENTS)]
        for each in self._threads:
            each.start()

    def leave(self) -> None:
        """Wait until everybody is told, or knows that nobody will tell them."""
        for each in self._threads:
            each.join()

    def _sign_one_by_one(self) -> None:
        while True:
            try:
                person_id, name, cookie = self._waiting.get_nowait()
            except queue.Empty:
                return
            try:
                self.told.signed[person_id] = self._sign(name, cookie=cookie)
            except (OSError, http.client.HTTPException):
                self.told.nothing.append(person_id)
            self.answers.put(person_id)

    def _sign(self, name: str, *, cookie: str) -> str:
        """Return the serial to which the answer led."""
        fields = typed(full_name=name) | {"csrf_token": self._token}
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        with closing(
            http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        ) as browser:
            browser.request("POST", PAGE, urlencode(fields), headers)
            answer = browser.getresponse()
            where, said = answer.getheader("Location", ""), answer.read()
        assert where.startswith("/acknowledgements/"), (answer.status, said)
        return where.removeprefix("/acknowledgements/")


def cookie_of(app: Flask, person_id: str) -> str:
    """Return the cookie of a browser in which this person is signed in."""
    client = app.test_client()
    sign_in_as(client, person_id)
    with client.session_transaction() as browser:
        browser["csrf_token"] = TOKEN
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    return f"{cookie.key}={cookie.value}"
