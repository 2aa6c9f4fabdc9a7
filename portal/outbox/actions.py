"""Queue, claim, finish and put off what must be sent."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.db import new_id
from portal.errors import NotFound
from portal.outbox.models import Mail, Outgoing

LEASE = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=6)

DUE = (
    sa.select(Outgoing.id, Outgoing.kind, Outgoing.payload, Outgoing.tries)
    .where(
        Outgoing.done_at.is_(None),
        Outgoing.due_at <= sa.bindparam("now"),
        sa.or_(Outgoing.leased_until.is_(None), Outgoing.leased_until <= sa.bindparam("now")),
    )
    .order_by(Outgoing.due_at)
    .limit(1)
)


def queue(
    session: Session,
    kind: str,
    *,
    key: str,
    payload: dict[str, Any],
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Queue one thing to send; the same key again is the same thing.

    `payload` holds ids only: a secret never sits here.
    """
    known = sa.select(Outgoing.id).where(Outgoing.key == key)
    if session.execute(known).first():
        return
    row = {"id": new_id(), "kind": kind, "key": key, "payload": json.dumps(payload)}
    times = {"made_at": now, "due_at": due_at or now, "tries": 0, "failure": ""}
    session.execute(sa.insert(Outgoing), {**row, **times})


def queue_all(
    session: Session, kind: str, things: Collection[tuple[str, dict[str, Any]]], *, now: datetime
) -> None:
    """Queue many things of one kind, each by its key and payload; keys known are passed over."""
    keys = [key for key, _ in things]
    known = set(session.scalars(sa.select(Outgoing.key).where(Outgoing.key.in_(keys))))
    times = {"made_at": now, "due_at": now, "tries": 0, "failure": ""}
    rows = [
        {"id": new_id(), "kind": kind, "key": key, "payload": json.dumps(payload), **times}
        for key, payload in things
        if key not in known
    ]
    if rows:
        session.execute(sa.insert(Outgoing), rows)


def claim(session: Session, *, now: datetime) -> Any | None:
    """Lease the next due row, or return None; changes run one by one, so nobody else has it."""
    row = session.execute(DUE, {"now": now}).first()
    if row:
        _set(session, row.id, leased_until=now + LEASE, tries=row.tries + 1)
    return row


def finish(session: Session, outgoing_id: str, *, now: datetime, failure: str = "") -> None:
    """Mark it done; with a failure it will not be tried again."""
    _set(session, outgoing_id, done_at=now, leased_until=None, failure=failure[:300])


def put_off(session: Session, outgoing_id: str, *, now: datetime, tries: int, why: str) -> None:
    """Try again later: after 1, 2, 4 ... minutes, at most six hours."""
    wait = min(timedelta(minutes=2 ** min(tries, 10)), LONGEST_WAIT)
    _set(session, outgoing_id, due_at=now + wait, leased_until=None, failure=why[:300])


def hasten(session: Session, *, now: datetime) -> None:
    """Have all that was put off tried now; what somebody is sending stays theirs."""
    put_off = sa.update(Outgoing).where(Outgoing.done_at.is_(None), Outgoing.tries > 0)
    session.execute(put_off.values(due_at=now))


def take_up_again(session: Session, outgoing_id: str, *, now: datetime) -> None:
    """Have one thing tried again that was given up; raises NotFound for any other."""
    given_up = sa.select(Outgoing.id).where(
        Outgoing.id == outgoing_id, Outgoing.done_at.is_not(None), Outgoing.failure != ""
    )
    if session.scalar(given_up) is None:
        raise NotFound
    _set(session, outgoing_id, done_at=None, due_at=now, failure="")


def forget(session: Session, address: str) -> None:
    """Take out what the demonstration shows of mails to this address."""
    session.execute(sa.delete(Mail).where(Mail.recipient == address))


def _set(session: Session, outgoing_id: str, **values: Any) -> None:
    session.execute(sa.update(Outgoing).where(Outgoing.id == outgoing_id).values(**values))
