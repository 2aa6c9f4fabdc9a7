"""Start the portal: one web server, its workers, and beside it one worker for the outbox."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from portal import paths
from portal.acknowledgements.seals import require_seal
from portal.config import PREFIX, Settings
from portal.db import init_db
from portal.errors import Refusal
from portal.installation.opening import name_ledger_key
from portal.ledger.actions import SIGNER
from portal.ledger.witness import Signer
from portal.migrate import upgrade
from portal.outbox.worker import run

SECRET = tuple(
    PREFIX + name.upper() for name in ("database_url", "smtp_url", "seal_password", "timestamp_url")
)
BREATH = 1  # seconds before another worker of the outbox takes the place of one that died


class NotStarted(Refusal):
    """The portal cannot start, and why."""

    code = "not-started"
    leaves_trace = False


def serve(settings: Settings, *, host: str, port: int, now: datetime) -> None:
    """Bring the tables up to date and serve until told; raises SealRefused, LedgerKeyUnfit."""
    require_seal(settings)
    upgrade(settings.database_url)
    # Its entries are signed like all others: an unsigned head is a fault.
    database = init_db(settings.database_url, info={SIGNER: Signer(settings.keys)})
    name_ledger_key(database, settings, now=now)
    database.engine.dispose()
    os.environ.update(_told(settings, os.environ))
    with _outbox_worker():
        _server(settings, host=host, port=port).serve()


def work(app: Flask, stop: threading.Event) -> None:
    """Send what is due until told to stop."""
    run(app, stop)


def have_another_when_one_dies() -> None:
    """Return in a child process; this one waits, and forks another child when one dies."""
    while child := os.fork():
        _, status = os.waitpid(child, 0)
        if status == 0:
            sys.exit(0)
        time.sleep(BREATH)


def stop_when_told() -> threading.Event:
    """Return what SIGTERM and SIGINT set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def stop_with_server() -> threading.Event:
    """Return the same, set too when the server that started us is gone, even by kill -9."""
    stop = stop_when_told()
    threading.Thread(target=_wait_for_end, args=(stop,), daemon=True).start()
    return stop


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the installation; raises NotStarted while another server holds it.

    A second server on the same port would start in silence and share it.
    """
    settings.instance.mkdir(parents=True, exist_ok=True)
    with (settings.instance / "serve.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotStarted(f"The portal in {settings.instance} is already running.") from error
        yield


@contextmanager
def port_free(host: str, *, port: int) -> Iterator[None]:
    """Go on only where nobody else listens; raises NotStarted."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise NotStarted(f"Port {port} is taken. Choose another with --port.") from error
    yield


def _server(settings: Settings, *, host: str, port: int) -> Any:
    return Granian(
        "wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        working_dir=paths.ROOT,
        log_access=False,
    )


def _told(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the settings as the workers' environment, so that all of them are told the same.

    What may hold a password is left out where a worker reads the same by itself: an environment
    is inherited by every child, and seen by other programs.
    """
    values = settings.model_dump(mode="json")
    told = {PREFIX + name.upper(): str(value) for name, value in values.items()}
    plain = {name: value for name, value in told.items() if name not in SECRET}
    found = Settings.read({**environ, **plain}).model_dump(mode="json")
    return {
        **plain,
        **{name: told[name] for name in SECRET if str(found[_key(name)]) != told[name]},
    }


def _key(name: str) -> str:
    return name.removeprefix(PREFIX).lower()


@contextmanager
def _outbox_worker() -> Iterator[None]:
    """Run `portal worker` beside us; it ends when our end of its pipe closes."""
    # Started before the server forks: a fork in between would hold its pipes open.
    command = [sys.executable, "-m", "portal.cli", "worker", "--beside-server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=paths.ROOT) as worker:  # noqa: S603 - our own module
        try:
            yield
        finally:
            worker.terminate()


def _wait_for_end(stop: threading.Event) -> None:
    sys.stdin.buffer.read()
    stop.set()
