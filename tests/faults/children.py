"""Processes that die, at a moment chosen or at any, while they work on a real database.

They are forked from one server that has loaded the portal already: a death costs milliseconds.
"""

import multiprocessing
import os
import resource
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from portal import create_app
from portal.access import Actor
from portal.acknowledgements.actions import Sealed, sign
from portal.config import Settings
from portal.db import Database
from portal.ledger.witness import Signer
from portal.migrate import upgrade
from portal.outbox.actions import claim
from tests.acknowledgements.tutors import PAGE, typed
from tests.factories import post, sign_in_as

KILLED, UNSIGNED = -signal.SIGKILL, 3
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


def in_child(work: Callable[..., None], *args: Any, **rest: Any) -> int:
    """Do it in a process of its own; return how that ended."""
    child = FORKS.Process(target=work, args=args, kwargs=rest)
    child.start()
    child.join()
    return child.exitcode


def told_by_child(work: Callable[..., Any], *args: Any) -> Any:
    """Do it in a process of its own; return what it returned."""
    ours, theirs = FORKS.Pipe()
    child = FORKS.Process(target=_tell, args=(theirs, work, *args))
    child.start()
    theirs.close()
    answer = ours.recv()
    child.join()
    return answer


def _tell(pipe: Any, work: Callable[..., Any], *args: Any) -> None:
    pipe.send(work(*args))


def die() -> None:
    """End as by kill -9 or a power cut: nothing is said, nothing is tidied."""
    os.kill(os.getpid(), signal.SIGKILL)


def take_and_die(settings: Settings, now: datetime) -> None:
    """Take the next thing to send, and never send it."""
    with opened(settings).change() as session:
        assert claim(session, now=now)
    die()


def sign_and_die(
    settings: Settings, what: Sealed, by: Actor, now: datetime, *, moment: int
) -> None:
    """Sign, and die at this moment, see `change_and_die`."""
    change_and_die(settings, moment, partial(sign, settings=settings), what, by=by, now=now)


def change_and_die(
    where: Settings, moment: int, action: Callable[..., Any], /, *args: Any, **told: Any
) -> None:
    """Do one thing, and die: one moment is before and one after each statement and the commit."""
    database, deaths = opened(where), Deaths(moment)
    deaths.listen(database.engine)
    with database.change() as session:
        action(session, *args, **told)
    deaths.tick()


def upgrade_and_die(url: str, moment: int) -> None:
    """Bring a database to the newest tables, and die at such a moment."""
    deaths = Deaths(moment)
    deaths.listen(sa.Engine)
    upgrade(url)


def sign_on_full_disk(
    settings: Settings, person: str, rooms: Sequence[int]
) -> list[tuple[int, bool]]:
    """Sign over and over while no file may grow by more than so many bytes; return the answers."""
    app, file = create_app(settings), make_url(settings.database_url).database
    client = app.test_client()
    sign_in_as(client, person)
    app.extensions["press"].warm()
    answers = []
    for room in rooms:
        most = Path(file).stat().st_size + room
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
        answer = post(client, PAGE, **typed())
        answers.append((answer.status_code, "Nothing half-done is kept." in answer.text))
    app.extensions["press"].close()
    return answers


class Deaths:
    """Counts moments, and dies at the one that was chosen."""

    def __init__(self, moment: int) -> None:
        self._left = moment

    def listen(self, engine: Any) -> None:
        """Count what this engine does, or any where the class is given."""
        for event in ("before_cursor_execute", "after_cursor_execute", "commit"):
            sa.event.listen(engine, event, self.tick)

    def tick(self, *_: Any) -> None:
        """Let one moment pass."""
        self._left -= 1
        if not self._left:
            die()


def opened(settings: Settings) -> Database:
    """Return the database as a worker opens it, with next to no memory of its own.

    So SQLite writes to its file in the middle of a transaction, and a death leaves a hot journal.
    """
    info = {"zone": settings.zone, "subscriptions": {}, "signer": Signer(settings.keys)}
    database = Database(settings.database_url, info=info)
    if database.engine.dialect.name == "sqlite":
        sa.event.listen(database.engine, "connect", _forgetful)
    return database


def _forgetful(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA cache_size=1")


def sign_when_told(
    settings: Settings, what: Sealed, by: Actor, now: datetime, *, ready: Any, go: Any
) -> None:
    """Sign once somebody watches this process; end with 0 when it may say "signed", else 3."""
    database = opened(settings)
    with database.reader() as session:
        session.execute(sa.text("SELECT 1"))
    ready.set()
    go.wait()
    _sign(database, settings, what, by, now)


def look_when_told(settings: Settings, *, ready: Any, go: Any) -> None:
    """Read once somebody watches this process: whoever reads first puts right what a death left."""
    database = opened(settings)
    ready.set()
    go.wait()
    with database.reader() as session:
        session.execute(sa.text("SELECT count(*) FROM acknowledgements"))
    os._exit(0)


def sign_in_peace(settings: Settings, what: Sealed, by: Actor, now: datetime) -> None:
    """Sign at once; end as `sign_when_told`."""
    _sign(opened(settings), settings, what, by, now)


def _sign(database: Database, settings: Settings, what: Sealed, by: Actor, now: datetime) -> None:
    try:
        with database.change() as session:
            sign(session, what, by=by, settings=settings, now=now)
    except (sa.exc.DBAPIError, OSError):
        os._exit(UNSIGNED)
    os._exit(0)


def watched(work: Callable[..., None], *args: Any, inject: Sequence[str], log: Path) -> int:
    """Do it in a process of its own whose system calls are counted and made to fail by strace."""
    ready, go = FORKS.Event(), FORKS.Event()
    child = FORKS.Process(target=work, args=args, kwargs={"ready": ready, "go": go})
    child.start()
    ready.wait()
    words = ["strace", "-f", "-qq", "-o", str(log), "-p", str(child.pid), *inject]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as tracer:
        try:
            _until_traced(child.pid, tracer)
            go.set()
            child.join()
        finally:
            child.kill()
    return child.exitcode


def _until_traced(pid: int, tracer: "subprocess.Popen[str]") -> None:
    """Wait for strace; where nobody may watch a process, say so rather than wait for ever."""
    pause = threading.Event()
    while "TracerPid:\t0" in Path(f"/proc/{pid}/status").read_text():
        assert tracer.poll() is None, tracer.stderr.read()
        pause.wait(0.005)
