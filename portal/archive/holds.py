"""A legal hold: what HR keeps from being erased, from when, why, and until somebody lifts it.

Append-only: a hold is a row and its end is another. Why is kept apart, as all words are.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal.access import Actor
from portal.acknowledgements.queries import get_acknowledgement
from portal.archive.models import Hold, HoldEnd
from portal.db import new_id
from portal.errors import NotFound, Refusal
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.people.models import Person
from portal.people.queries import get_person
from portal.people.reasons import give_reason, of_end, reasons

HELD, LIFTED = "evidence.held", "evidence.released"
HOLDER, LIFTER = aliased(Person), aliased(Person)
EVERY = (
    sa.select(
        Hold.id,
        Hold.person_id,
        Hold.serial,
        Hold.held_at,
        HoldEnd.ended_at,
        Person.name,
        HOLDER.name.label("held_by"),
        LIFTER.name.label("ended_by"),
    )
    .join(Person, Person.id == Hold.person_id)
    .outerjoin(HOLDER, HOLDER.id == Hold.held_by)
    .outerjoin(HoldEnd, HoldEnd.hold_id == Hold.id)
    .outerjoin(LIFTER, LIFTER.id == HoldEnd.ended_by)
    .order_by(HoldEnd.ended_at.is_not(None), Hold.held_at.desc())
)
RUNNING = (
    sa.select(Hold.serial, Hold.held_at)
    .outerjoin(HoldEnd, HoldEnd.hold_id == Hold.id)
    .where(Hold.person_id == sa.bindparam("person"), HoldEnd.hold_id.is_(None))
    .order_by(Hold.held_at)
)


class AlreadyLifted(Refusal):
    """Somebody lifted this hold before."""

    code = "already-lifted"
    leaves_trace = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be held: everything about a person, or one acknowledgement by its serial."""

    person_id: str
    serial: str = ""


def hold(session: Session, what: Wanted, *, reason: str, by: Actor, now: datetime) -> str:
    """Keep it from being erased from now on; return the id of the hold. Raises NotFound."""
    require_held_by(session, what, seen_by=by, now=now)
    row = {"id": new_id(), "person_id": what.person_id, "serial": what.serial}
    keep(session, Hold, {**row, "held_at": now, "held_by": by.id})
    note(session, HELD, by=by, subject=what.person_id, now=now, hold=row["id"], serial=what.serial)
    give_reason(session, row["id"], reason, of=what.person_id, by=by, now=now, of_what=HELD)
    return row["id"]


def lift(session: Session, hold_id: str, *, reason: str, by: Actor, now: datetime) -> None:
    """End a hold from now on; raises NotFound, and AlreadyLifted for the second of two."""
    row = get_hold(session, hold_id)
    if row.ended_at:
        raise AlreadyLifted("This hold is lifted already.")
    keep(session, HoldEnd, {"hold_id": row.id, "ended_at": now, "ended_by": by.id})
    note(session, LIFTED, by=by, subject=row.person_id, now=now, hold=row.id, serial=row.serial)
    give_reason(session, of_end(row.id), reason, of=row.person_id, by=by, now=now, of_what=LIFTED)


def every_hold(session: Session) -> tuple[list[Any], dict[str, str]]:
    """Return every hold, those that run first, and why each began and ended."""
    rows = list(session.execute(EVERY))
    keys = [key for row in rows for key in (row.id, of_end(row.id))]
    return rows, reasons(session, keys)


def get_hold(session: Session, hold_id: str) -> Any:
    """Return one hold; raises NotFound."""
    row = session.execute(EVERY.where(Hold.id == hold_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def held_since(session: Session, person_id: str, *, serial: str = "") -> datetime | None:
    """Return since when a hold forbids to erase this acknowledgement, or without one the person.

    One acknowledgement that is held keeps its whole person.
    """
    rows = session.execute(RUNNING, {"person": person_id})
    found = (row.held_at for row in rows if not serial or row.serial in ("", serial))
    return next(found, None)


def require_held_by(session: Session, what: Wanted, *, seen_by: Actor, now: datetime) -> Person:
    """Return whom it is about; raises NotFound for nobody, or a serial that is not theirs."""
    person = get_person(session, what.person_id, seen_by=seen_by, now=now)
    if what.serial:
        row = get_acknowledgement(session, what.serial, seen_by=seen_by, now=now)
        if row.person_id != person.id:
            raise NotFound
    return person
