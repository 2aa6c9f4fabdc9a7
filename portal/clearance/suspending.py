"""Suspend and reinstate; and let the tutor know, which is a decision of its own.

A suspension is known to HR and the safeguarding lead. Everybody else reads "not cleared", and the
tutor is told nothing until HR releases it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.clearance.models import Release
from portal.clearance.queries import may_know
from portal.db import rows
from portal.errors import NotFound, Refusal
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.outbox.actions import queue
from portal.people.accounts import get_other, holds_role
from portal.people.actions import begin, end
from portal.people.directory import unended
from portal.people.engagements import keepers, tell_each
from portal.people.models import Dated, Kind, Person
from portal.people.reasons import give_reason, of_end, reasons

SUSPENDED, REINSTATED, RELEASED = "suspension", "reinstatement", "suspension-told"
TELL_TUTOR, TELL_OVER = "suspension-released", "suspension-over"  # the mails to the tutor

RUNNING = (
    sa.select(
        Dated.id,
        Dated.starts_at,
        Person.name.label("by"),
        Release.released_at,
        Release.ask_name,
        Release.ask_phone,
    )
    .outerjoin(Person, Person.id == Dated.recorded_by)
    .outerjoin(Release, Release.period_id == Dated.id)
    .where(Dated.id.in_(sa.bindparam("periods", expanding=True)))
    .order_by(Dated.starts_at)
)


class SuspendedAlready(Refusal):
    """A suspension runs."""

    code = "suspended-already"


class NotSuspended(Refusal):
    """No suspension runs."""

    code = "not-suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Whom a suspended tutor may ask."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A suspension that runs: since when, by whom, why, and what the tutor was told."""

    id: str
    since: datetime
    by: str
    why: str
    released_at: datetime | None
    ask: Ask | None


def suspend(session: Session, tutor_id: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Take a tutor off teaching at once, until reinstated; tell HR and the safeguarding lead.

    Raises NotFound for whoever may not know of suspensions, OwnAccount, SuspendedAlready.
    """
    _require_tutor(session, tutor_id, by=by, now=now)
    if unended(session, tutor_id, kind=Kind.SUSPENSION):
        raise SuspendedAlready("This tutor is suspended already. Nothing was changed.")
    period = begin(session, tutor_id, kind=Kind.SUSPENSION, by=by, now=now)
    give_reason(session, period, reason, of=tutor_id, by=by, now=now, kind=Kind.SUSPENSION)
    _tell(session, SUSPENDED, tutor_id, about=period, by=by, now=now)


def reinstate(session: Session, tutor_id: str, *, reason: str, by: Actor, now: datetime) -> None:
    """End the suspension; what else is required still is. A tutor who was told hears of it.

    Raises as `suspend`, NotSuspended.
    """
    _require_tutor(session, tutor_id, by=by, now=now)
    for period in _running(session, tutor_id):
        about = of_end(period.id)
        end(session, period.id, by=by, now=now)
        give_reason(session, about, reason, of=tutor_id, by=by, now=now, kind=Kind.SUSPENSION)
        _tell(session, REINSTATED, tutor_id, about=period.id, by=by, now=now)
        if asked_of(session, period.id):
            payload = {"person": tutor_id, "period": period.id}
            queue(session, TELL_OVER, key=f"{TELL_OVER} {period.id}", payload=payload, now=now)


def release(session: Session, tutor_id: str, *, ask: Ask, by: Actor, now: datetime) -> None:
    """Let the tutor know of the suspension and whom to ask; for HR. Told again, nothing changes.

    Raises NotFound for anybody else, OwnAccount, NotSuspended.
    """
    if not by.has(Role.HR):
        raise NotFound
    _require_tutor(session, tutor_id, by=by, now=now)
    for period in _running(session, tutor_id):
        if asked_of(session, period.id):
            continue
        row = {"period_id": period.id, "released_at": now, "released_by": by.id}
        keep(session, Release, {**row, "ask_name": ask.name, "ask_phone": ask.phone})
        told = {"kind": Kind.SUSPENSION, "period": period.id}
        note(session, "suspension.released", by=by, subject=tutor_id, now=now, **told)
        payload = {"person": tutor_id, "period": period.id}
        queue(session, TELL_TUTOR, key=f"{TELL_TUTOR} {period.id}", payload=payload, now=now)
        _tell(session, RELEASED, tutor_id, about=period.id, by=by, now=now)


def suspension(session: Session, tutor_id: str, *, seen_by: Actor) -> Suspension | None:
    """Return the suspension that runs, for a reader who may know of it; for others None."""
    if not may_know(seen_by, of=tutor_id):
        return None
    found = _suspensions(session, tutor_id)
    why = reasons(session, [each.id for each in found])
    return next((_suspension(row, why.get(row.id, "")) for row in found), None)


def whom_to_ask(session: Session, tutor_id: str) -> Ask | None:
    """Return whom a suspended tutor may ask, once HR has released it."""
    found = (_ask(row) for row in _suspensions(session, tutor_id))
    return next((each for each in found if each), None)


def asked_of(session: Session, period: str) -> Ask | None:
    """Return whom the tutor was told to ask about this suspension, None if never told."""
    return next((_ask(row) for row in rows(session, RUNNING, periods=[period])), None)


def _require_tutor(session: Session, tutor_id: str, *, by: Actor, now: datetime) -> None:
    get_other(session, tutor_id, by=by, now=now)
    if not may_know(by, of=tutor_id) or not holds_role(session, tutor_id, role=Role.TUTOR):
        raise NotFound


def _running(session: Session, tutor_id: str) -> list[Any]:
    found = unended(session, tutor_id, kind=Kind.SUSPENSION)
    if not found:
        raise NotSuspended("This tutor is not suspended. Nothing was changed.")
    return found


def _suspensions(session: Session, tutor_id: str) -> list[Any]:
    ids = [row.id for row in unended(session, tutor_id, kind=Kind.SUSPENSION)]
    return list(rows(session, RUNNING, periods=ids)) if ids else []


def _suspension(row: Any, why: str) -> Suspension:
    return Suspension(
        id=row.id,
        since=row.starts_at,
        by=row.by or "",
        why=why,
        released_at=row.released_at,
        ask=_ask(row),
    )


def _ask(row: Any) -> Ask | None:
    return Ask(name=row.ask_name, phone=row.ask_phone) if row.released_at else None


def _tell(
    session: Session, what: str, tutor_id: str, *, about: str, by: Actor, now: datetime
) -> None:
    """Queue word to HR and the safeguarding lead, nobody else; never to the tutor."""
    told = {"what": what, "person": tutor_id, "by": by.name, "at": now.isoformat()}
    tell_each(session, keepers(session, now=now) - {tutor_id}, told, about=about)
