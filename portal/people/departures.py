"""A tutor's last day is over: the way in closes, without anybody having to think of it."""

from datetime import datetime
from typing import Any

from portal import db
from portal.access import SYSTEM
from portal.outbox.worker import Handler
from portal.people.engagements import DEPARTURE, depart, is_last


def close(payload: dict[str, Any], _outgoing_id: str, now: datetime) -> None:
    """Close it; whoever has come back by then, or has another last day, keeps it."""
    with db.change() as session:
        person, ends = payload["person"], payload.get("ends")  # rows queued before have none
        if ends is None or is_last(session, person, datetime.fromisoformat(ends)):
            depart(session, person, by=SYSTEM, now=now)


HANDLERS: dict[str, Handler] = {DEPARTURE: close}
