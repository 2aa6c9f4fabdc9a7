"""Send what is due: a thread inside `portal serve`, or `portal worker` beside it."""

import json
import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal import clock, db
from portal.config import Settings
from portal.outbox import actions
from portal.outbox.mail import NeverSend, SendLater

PAUSE = 2.0  # seconds between looks when nothing is due
HANDLERS, DAILY = "outbox_handlers", "outbox_daily"
Handler = Callable[[dict[str, Any], str, datetime], None]
Daily = Callable[[Session, str, datetime], None]  # handed the day, "2026-11-23"
log = logging.getLogger(__name__)


def run(app: Flask, stop: threading.Event) -> None:
    """Send until told to stop; whenever a day begins, queue what it asks for."""
    begun: set[str] = set()
    with app.app_context():
        while not stop.is_set():
            if not _look(begun):
                stop.wait(PAUSE)


def send_all(*, now: datetime) -> int:
    """Send everything that is due at `now`; return how many rows were handled."""
    count = 0
    while send_next(now=now):
        count += 1
    return count


def send_next(*, now: datetime) -> bool:
    """Send one row that is due; return whether there was one."""
    with db.change() as session:
        row = actions.claim(session, now=now)
    if row is None:
        return False
    _handle(row, now=now)
    return True


def begin_day(begun: set[str], *, now: datetime) -> None:
    """Queue what this day asks for unless it has begun; the zone says when a day begins."""
    settings = cast(Settings, current_app.extensions["settings"])
    day = clock.local(now, settings.zone).date().isoformat()
    if day in begun:
        return
    with db.change() as session:
        for daily in cast("tuple[Daily, ...]", current_app.extensions[DAILY]):
            daily(session, day, now)
    begun.add(day)


def _look(begun: set[str]) -> bool:
    """Send one row if one is due; a database that is away, or full, will be back."""
    try:
        begin_day(begun, now=clock.now())
        return send_next(now=clock.now())
    except (SQLAlchemyError, OSError):
        log.exception("the outbox cannot be reached")
        return False


def _handle(row: Any, *, now: datetime) -> None:
    handlers = cast("dict[str, Handler]", current_app.extensions[HANDLERS])
    try:
        handlers[row.kind](json.loads(row.payload), row.id, now)
    except SendLater as later:
        log.warning("outbox %s (%s) put off: %s", row.id, row.kind, later)
        _put_off(row, now=now, why=str(later))
    except NeverSend as never:
        log.warning("outbox %s (%s) given up: %s", row.id, row.kind, never)
        _finish(row.id, now=now, failure=str(never))
    except Exception as error:  # one row that cannot be sent must not stop those behind it
        log.exception("outbox %s (%s) put off", row.id, row.kind)
        # Its kind and no more: what an error says may hold what a mail would.
        _put_off(row, now=now, why=f"unexpected: {type(error).__name__}")
    else:
        _finish(row.id, now=now, failure="")


def _put_off(row: Any, *, now: datetime, why: str) -> None:
    with db.change() as session:
        actions.put_off(session, row.id, now=now, tries=row.tries, why=why)


def _finish(outgoing_id: str, *, now: datetime, failure: str) -> None:
    with db.change() as session:
        actions.finish(session, outgoing_id, now=now, failure=failure)
