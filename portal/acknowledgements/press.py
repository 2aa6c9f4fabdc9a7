"""The press: one process beside this one that prints and seals, so that this one stays small.

A render that hangs, crashes or eats memory harms nobody: it is killed at the deadline, and nothing
was signed. The press starts when first needed, never with the portal, and leaves when it is idle.
"""

import hashlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from portal import paths
from portal.acknowledgements.byhand import Print
from portal.acknowledgements.record import Draft, canonical
from portal.acknowledgements.refusals import Unsigned
from portal.acknowledgements.wire import (
    LENGTH,
    PACKS,
    SEALED,
    SHOWN,
    UNFIT,
    UNPRINTABLE,
    Given,
    unpacked,
)

WAITING = 6  # beside the one being served; with more, somebody would wait past the deadline
JOBS = 200  # after which the process is replaced: what libraries leak goes with it
# -P keeps the working folder off the path: a stray file there once shadowed a package.
START = """import sys; sys.path.append({root!r})
from portal.acknowledgements import pressroom; pressroom.main()"""
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


class PressFailed(Unsigned):
    """No PDF could be made, so nothing was signed."""

    status = 503
    code = "press-failed"

    def __init__(self, reason: str) -> None:
        super().__init__("Nothing was signed. Try again.", reason=reason)


class TooMuch(PressFailed):
    """It took more time or memory than one PDF may."""


class CannotPrint(Unsigned):
    """These characters cannot be shown on paper; trying again would not help."""

    status = 422
    code = "cannot-print"

    def __init__(self, reason: str, *, characters: str = "") -> None:
        super().__init__(f"Nothing was signed. {reason} Tell HR: they can help.")
        self.reason = reason
        self.characters = frozenset(characters)


class NameUnshown(Unsigned):
    """A name has a letter that no font can show; HR is told, and what they record lets sign."""

    status = 422
    code = "name-unshown"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"Nothing was signed yet. {reason} It is in a name on the page. HR was told by mail "
            "and records how that name is printed. You get a mail when you can sign. "
            "Your reading and your scenarios are kept."
        )
        self.reason = reason


class CannotSeal(Unsigned):
    """The company's seal cannot be used, so nothing was signed."""

    status = 503
    code = "cannot-seal"

    def __init__(self, reason: str) -> None:
        super().__init__(
            "Nothing was signed, because the company’s seal cannot be used now. It is not your "
            "doing. The administrators are told. Your reading and your scenarios are kept: come "
            "back later today, or ask your learning manager.",
            reason=reason,
        )
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A sealed PDF, the SHA-256 of its bytes, in hex, its time stamp, and the seal's certificates.

    `stamp` has `at`, `by` and `certificate`; or `failure`; or nothing when no authority is set.
    `chain` is PEM, and empty where nothing was sealed; `given` says that the seal is from outside.
    """

    pdf: bytes
    digest: str
    stamp: dict[str, str] = field(default_factory=dict)
    chain: str = ""
    given: bool = False


class Died(Exception):
    """The process ended before it answered."""


class Press:
    """One renderer process, replaced when it dies, hangs or has served its number of jobs."""

    def __init__(self, keys: Path, *, seconds: float, given: Given | None = None) -> None:
        self._keys = keys
        self._given = given or Given()
        self._seconds = seconds
        self._turn = threading.Lock()
        self._places = threading.Semaphore(1 + WAITING)
        self._room: Room | None = None

    def warm(self) -> None:
        """Start the press, so that it is ready when the form comes back; never waits."""
        if self._turn.acquire(blocking=False):
            try:
                self._ready()
            finally:
                self._turn.release()

    def make(self, draft: Draft) -> Made:
        """Return the sealed PDF.

        Raises PressFailed, CannotPrint or CannotSeal, and then nothing is signed.
        """
        # An authority that does not answer takes nothing from the time to print.
        waits = self._given.timestamp_seconds if self._given.timestamp_url else 0
        return self._made(canonical(draft.record), self._seconds + waits)

    def pack(self, draft: Draft, size: Print = Print.USUAL) -> Made:
        """Return the pack to be signed by hand, unsealed; raises PressFailed or CannotPrint."""
        return self._made(PACKS[size] + canonical(draft.record), self._seconds)

    def _made(self, job: bytes, seconds: float) -> Made:
        verdict, content = self._ask(job, seconds)
        if verdict == SEALED:
            told, pdf = unpacked(content)
            return Made(pdf=pdf, digest=hashlib.sha256(pdf).hexdigest(), **told)
        if verdict == UNPRINTABLE:
            raise CannotPrint(**json.loads(content))
        raise CannotSeal(content.decode()) if verdict == UNFIT else PressFailed(content.decode())

    def find_fault(self, text: str, *, kind: bytes = SHOWN, share: float = 1) -> str:
        """Return why no page can show this text, nothing when one can; raises PressFailed.

        `kind` is SHOWN for a line or POLICY for a whole text; `share` is how much of the time that
        a PDF may take.
        """
        verdict, content = self._ask(kind + text.encode(), self._seconds * share)
        return "" if verdict == SHOWN else str(json.loads(content)["reason"])

    def close(self) -> None:
        """End the press at once."""
        with self._turn:
            self._end()

    def _ask(self, job: bytes, seconds: float) -> tuple[bytes, bytes]:
        until = time.monotonic() + seconds
        with self._queued(until):
            return self._print(job, until)

    @contextmanager
    def _queued(self, until: float) -> Iterator[None]:
        """Hold the one turn; whoever cannot have it in time is told so."""
        if not self._places.acquire(blocking=False):
            raise PressFailed("too many are waiting for the press")
        try:
            if not self._turn.acquire(timeout=max(0, until - time.monotonic())):
                raise PressFailed("the press was busy until the deadline")
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._places.release()

    def _print(self, job: bytes, until: float) -> tuple[bytes, bytes]:
        try:
            return self._once(job, until)
        except Died:
            pass  # a job is pure: what a dead press began, another may begin again
        try:
            return self._once(job, until)
        except Died as error:
            raise TooMuch("the press died twice") from error

    def _once(self, job: bytes, until: float) -> tuple[bytes, bytes]:
        room = self._ready()
        try:
            answered = room.ask(job, until)
        except TimeoutError as error:
            self._end()
            raise TooMuch("the press did not answer before the deadline") from error
        except Died:
            self._end()
            raise
        if room.jobs >= JOBS:
            self._end()
            self._ready()
        return answered

    def _ready(self) -> "Room":
        if self._room is None or not self._room.is_ours:
            self._room = Room(self._keys, self._given)
        return self._room

    def _end(self) -> None:
        if self._room is not None:
            self._room.end()
        self._room = None


class Room:
    """One running process and the socket to it."""

    def __init__(self, keys: Path, given: Given) -> None:
        self.jobs = 0
        self._owner = os.getpid()
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = _start(theirs, keys)
        told = given.as_bytes()
        self._socket.sendall(LENGTH.pack(len(told)) + told)
        self.end = weakref.finalize(self, _end, self._process, self._socket, self._owner)

    @property
    def is_ours(self) -> bool:
        """Whether this process started it: a fork inherits the socket, and must not share it."""
        return self._owner == os.getpid()

    def ask(self, job: bytes, until: float) -> tuple[bytes, bytes]:
        """Return verdict and content; raises Died, or TimeoutError at the deadline."""
        self.jobs += 1
        try:
            self._socket.settimeout(_left(until))
            self._socket.sendall(LENGTH.pack(len(job)) + job)
            verdict = self._receive(1, until)
            (size,) = LENGTH.unpack(self._receive(LENGTH.size, until))
            return verdict, self._receive(size, until)
        except ConnectionError as error:
            raise Died from error

    def _receive(self, size: int, until: float) -> bytes:
        content = bytearray()
        while len(content) < size:
            self._socket.settimeout(_left(until))
            piece = self._socket.recv(size - len(content))
            if not piece:
                raise Died
            content += piece
        return bytes(content)


def _start(theirs: socket.socket, keys: Path) -> subprocess.Popen[bytes]:
    code = START.format(root=str(paths.ROOT))
    return subprocess.Popen(  # noqa: S603 - our own words, no shell
        [sys.executable, "-P", "-c", code, str(theirs.fileno()), str(keys)],
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={name: os.environ[name] for name in KEPT if name in os.environ},
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes], connection: socket.socket, owner: int) -> None:
    connection.close()
    if owner == os.getpid():
        process.kill()
        process.wait()


def _left(until: float) -> float:
    """Return the seconds until then; raises TimeoutError when there are none."""
    if (left := until - time.monotonic()) <= 0:
        raise TimeoutError
    return left
