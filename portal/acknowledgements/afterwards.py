"""What came after a signature: revoked, withdrawn, corrected. The original stays as it is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.acknowledgements.models import Correction, Remark, Revocation, Withdrawal
from portal.acknowledgements.queries import get_acknowledgement
from portal.db import new_id
from portal.errors import NotFound, Refusal
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.outbox.actions import queue
from portal.people.models import Person
from portal.people.queries import team_of

MAIL = "afterwards"


class What(StrEnum):
    """What may happen to a signature."""

    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"


class AlreadyOver(Refusal):
    """It was revoked or withdrawn before, and ends only once."""

    code = "already-over"

    def __init__(self) -> None:
        super().__init__("This signature was revoked or withdrawn already. Nothing was changed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """One thing that came afterwards; `words` is None where they are erased."""

    what: What
    at: datetime
    by: str
    words: str | None


def _asked(what: What, row: Any, *, about: Any, at: Any, by: Any) -> Any:
    """Return the question for one kind of thing; what HR wrote may stand in the row itself."""
    own = sa.func.nullif(row.reason, "") if row is Revocation else sa.null()
    return (
        sa.select(
            sa.literal(what.value).label("what"),
            at.label("at"),
            Person.name,
            sa.func.coalesce(Remark.text, own).label("words"),
        )
        .outerjoin(Remark, Remark.about == about)
        .outerjoin(Person, Person.id == by)
        .where(row.acknowledgement_id == sa.bindparam("id"))
    )


AFTER = sa.union_all(
    _asked(
        What.REVOKED,
        Revocation,
        about=Revocation.acknowledgement_id,
        at=Revocation.revoked_at,
        by=Revocation.revoked_by,
    ),
    _asked(
        What.WITHDRAWN,
        Withdrawal,
        about=Withdrawal.acknowledgement_id,
        at=Withdrawal.withdrawn_at,
        by=Withdrawal.withdrawn_by,
    ),
    _asked(
        What.CORRECTED,
        Correction,
        about=Correction.id,
        at=Correction.recorded_at,
        by=Correction.recorded_by,
    ),
).order_by("at")


def came_after(session: Session, acknowledgement_id: str) -> tuple[After, ...]:
    """Return what came after this signature, in order."""
    found = session.execute(AFTER, {"id": acknowledgement_id})
    return tuple(
        After(what=What(row.what), at=row.at, by=row.name or "", words=row.words) for row in found
    )


def revoke(session: Session, serial: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Let a signature stop counting from now on; raises NotFound but for HR, and AlreadyOver."""
    row = _of_hr(session, serial, by=by, now=now)
    _require_running(row)
    own = {"acknowledgement_id": row.id, "revoked_at": now, "recorded_at": now}
    keep(session, Revocation, {**own, "revoked_by": by.id, "reason": ""})
    _follow(session, What.REVOKED, row, about=row.id, words=reason, by=by, now=now)


def withdraw(session: Session, serial: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Take one's own signature back from now on; raises NotFound but for its tutor, AlreadyOver."""
    row = get_acknowledgement(session, serial, seen_by=by, now=now)
    if row.person_id != by.id:
        raise NotFound
    _require_running(row)
    own = {"acknowledgement_id": row.id, "withdrawn_at": now, "withdrawn_by": by.id}
    keep(session, Withdrawal, own)
    _follow(session, What.WITHDRAWN, row, about=row.id, words=reason, by=by, now=now)


def correct(session: Session, serial: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Put a note beside a signature, which goes on counting; raises NotFound but for HR."""
    row, about = _of_hr(session, serial, by=by, now=now), new_id()
    own = {"id": about, "acknowledgement_id": row.id, "recorded_at": now, "recorded_by": by.id}
    keep(session, Correction, own)
    _follow(session, What.CORRECTED, row, about=about, words=reason, by=by, now=now)


def _of_hr(session: Session, serial: str, *, by: Actor, now: datetime) -> Any:
    if not by.has(Role.HR):
        raise NotFound
    return get_acknowledgement(session, serial, seen_by=by, now=now)


def _require_running(row: Any) -> None:
    if row.revoked_at is not None:
        raise AlreadyOver


def _follow(
    session: Session, what: What, row: Any, *, about: str, words: str, by: Actor, now: datetime
) -> None:
    """Keep what was written, note it, and queue the mails to tutor and manager."""
    keep(session, Remark, {"about": about, "text": words})
    told = {"serial": row.serial, "version": f"{row.major}.{row.minor}", "reason": words}
    note(session, f"acknowledgement.{what}", by=by, subject=row.person_id, now=now, **told)
    readers = ["tutor"] + ["manager"] * bool(team_of(session, row.person_id, now=now))
    for to in readers:
        payload = {"acknowledgement": row.id, "what": what.value, "to": to}
        queue(session, MAIL, key=f"{MAIL} {what} {about} {to}", payload=payload, now=now)
