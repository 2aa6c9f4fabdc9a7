"""What a journey asks of a server, recorded once, and the same asked of the floor."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask

from benchmarks import journey
from benchmarks.browser import REDIRECTS, Asked, Browser, in_process
from benchmarks.company import Tutor
from benchmarks.reading import Form

COUNTED = ("statements", "writes", "hashes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tape:
    """Every request of one journey, with its statements, durable writes and password hashes."""

    asked: tuple[Asked, ...]

    def total(self, name: str) -> int:
        """Return how many there were of "statements", "writes" or "hashes"."""
        return sum(each.cost[name] for each in self.asked)

    def play(self, browser: Browser) -> None:
        """Ask the floor for as much: as many requests, writes and hashes, in the same order."""
        for each in self.asked:
            told = {name: each.cost[name] for name in ("writes", "hashes")}
            if each.method == "POST" and not browser.cookies:
                self.enter(browser, **told)
            elif each.method == "POST":
                _post(browser, "/act", **told)
            elif not browser.cookies:
                browser.get("/sign-in")
            else:
                browser.get("/go" if each.status in REDIRECTS else "/page")

    @staticmethod
    def enter(browser: Browser, *, writes: int = 0, hashes: int = 0) -> None:
        """Sign in to the floor."""
        _post(browser, "/enter", writes=writes, hashes=hashes)


def _post(browser: Browser, path: str, **told: int) -> None:
    browser.post(Form(action=path), **{name: str(number) for name, number in told.items()})


def record(app: Flask, tutor: Tutor) -> Tape:
    """Walk the whole way in this process and count."""
    counts = Counter(dict.fromkeys(COUNTED, 0))
    with counting(app.extensions["db"].engine, counts):
        browser = Browser(send=in_process(app), meter=lambda: dict(counts))
        journey.walk(browser, tutor)
    return Tape(asked=tuple(browser.asked))


@contextmanager
def counting(engine: sa.Engine, counts: Counter[str]) -> Iterator[None]:
    """Count statements, commits that had something to write, and argon2's work."""

    def executed(connection: Any, cursor: Any, statement: str, *_rest: object) -> None:
        changes = statement.lstrip().startswith(("INSERT", "UPDATE", "DELETE"))
        connection.info["wrote"] = connection.info.get("wrote") or (changes and cursor.rowcount > 0)
        counts["statements"] += not statement.startswith(("BEGIN", "SELECT pg_advisory"))

    def committed(connection: Any) -> None:
        counts["writes"] += bool(connection.info.pop("wrote", False))

    listeners: list[tuple[str, Callable[..., None]]] = [
        ("after_cursor_execute", executed),
        ("commit", committed),
    ]
    kept = PasswordHasher.hash, PasswordHasher.verify
    PasswordHasher.hash = _counted(kept[0], counts)  # type: ignore[method-assign]
    PasswordHasher.verify = _counted(kept[1], counts)  # type: ignore[method-assign]
    for name, listener in listeners:
        sa.event.listen(engine, name, listener)
    try:
        yield
    finally:
        PasswordHasher.hash, PasswordHasher.verify = kept  # type: ignore[method-assign]
        for name, listener in listeners:
            sa.event.remove(engine, name, listener)


def _counted(work: Callable[..., Any], counts: Counter[str]) -> Callable[..., Any]:
    def counted(*args: Any, **rest: Any) -> Any:
        counts["hashes"] += 1
        return work(*args, **rest)

    return counted
