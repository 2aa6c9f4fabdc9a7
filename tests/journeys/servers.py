"""The portal as it runs in real life: processes of its own, a port, a folder, real mail."""

import os
import queue
import re
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from portal import paths
from tests.standins.mail_server import Postmaster, free_port, mail_server, plain

PATIENCE = 60  # seconds for what takes two on a quiet machine
PORTAL = (sys.executable, "-m", "portal.cli")
ORGANISATION = "Lantern Tuition"


class Post(Postmaster):
    """Takes every mail, and hands it to whoever waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self._boxes: dict[str, queue.SimpleQueue[EmailMessage]] = defaultdict(queue.SimpleQueue)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        answer = await super().handle_DATA(server, session, envelope)
        mail = self.messages[-1]
        self._boxes[mail["To"]].put(mail)
        return answer

    def next_for(self, address: str) -> EmailMessage:
        """Wait for the next mail to this address."""
        return self._boxes[address].get(timeout=PATIENCE)

    def link_for(self, address: str) -> str:
        """Wait for the next mail to this address and return the link in it."""
        return link_in(plain(self.next_for(address)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """A portal that answers; `printed` is what it said while it started."""

    url: str
    post: Post
    printed: str


@contextmanager
def company(
    folder: Path, *, database_url: str = "", workers: int = 1
) -> Iterator[tuple[Portal, str]]:
    """Open an installation and serve it; lend it with the first administrator's link."""
    port, post = free_port(), Post()
    with mail_server(post) as smtp_url:
        told = _told(folder, database_url=database_url, workers=workers)
        link = link_in(_opened(told, url=f"http://localhost:{port}", smtp_url=smtp_url))
        with _served(told, port=port, post=post) as portal:
            yield portal, link


@contextmanager
def existing(folder: Path, *, port: int) -> Iterator[Portal]:
    """Serve what is in the folder: an installation or, where there is none, the demonstration."""
    with _served(_told(folder), port=port, post=Post()) as portal:
        yield portal


def link_in(text: str) -> str:
    """Return the one-time link in a mail, or in what `portal init` printed."""
    found = re.search(r"http\S+/links/\S+", text)
    assert found, text
    return found.group()


def _told(folder: Path, *, database_url: str = "", workers: int = 1) -> dict[str, str]:
    told = {**os.environ, "PYTHONUNBUFFERED": "1", "PORTAL_INSTANCE": str(folder)}
    told |= {"PORTAL_WORKERS": str(workers), "PORTAL_THREADS": "4"}
    told["PORTAL_PRESS_SECONDS"] = str(PATIENCE)  # a busy machine may take its time over a PDF
    return told | ({"PORTAL_DATABASE_URL": database_url} if database_url else {})


def _opened(told: dict[str, str], *, url: str, smtp_url: str) -> str:
    answers = {
        "organisation": ORGANISATION,
        "public-url": url,
        "zone": "Europe/London",
        "smtp-url": smtp_url,
        "mail-from": "portal@lantern.example",
        "name": "Robin Hale",
        "email": "robin@lantern.example",
    }
    options = [part for name, words in answers.items() for part in (f"--{name}", words)]
    return subprocess.check_output(
        [*PORTAL, "init", *options], cwd=paths.ROOT, env=told, text=True, timeout=PATIENCE
    )


@contextmanager
def _served(told: dict[str, str], *, port: int, post: Post) -> Iterator[Portal]:
    """Run `portal serve`, and go on reading what it says, or it would wait for a reader."""
    command = [*PORTAL, "serve", "--port", str(port)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, cwd=paths.ROOT, env=told, **pipes) as server:
        printed = _until_listening(server)
        reader = threading.Thread(target=server.stdout.read)
        reader.start()
        try:
            yield Portal(url=f"http://localhost:{port}", post=post, printed=printed)
        finally:
            server.terminate()
            reader.join()


def _until_listening(server: "subprocess.Popen[str]") -> str:
    lines = []
    for line in server.stdout:
        lines.append(line)
        if "Started worker" in line:
            return "".join(lines)
    raise RuntimeError("".join(lines))
