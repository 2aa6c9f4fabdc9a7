"""A tutor does not want to sign now: who hears of it. They stay blocked, and may sign later."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.acknowledgements.models import Acknowledgement, Decline, Remark
from portal.acknowledgements.ready import asked_for
from portal.config import Settings
from portal.db import new_id, rows
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.outbox.actions import queue
from portal.people.directory import in_role
from portal.people.models import Kind, Person
from portal.people.queries import manager_of
from portal.policies.models import Version

DECLINED = "tutor-declined"

_DECLINES = (
    sa.select(
        Decline.id,
        Decline.person_id,
        Person.name,
        Version.title,
        Version.major,
        Version.minor,
        Decline.declined_at,
        Remark.text,
    )
    .join(Person, Person.id == Decline.person_id)
    .join(Version, Version.id == Decline.version_id)
    .outerjoin(Remark, Remark.about == Decline.id)
)
ONE = _DECLINES.where(Decline.id == sa.bindparam("id"))
# Whoever has signed that policy since has changed their mind.
STANDING = _DECLINES.where(
    Decline.person_id.in_(sa.bindparam("people", expanding=True)),
    ~sa.exists().where(
        Acknowledgement.person_id == Decline.person_id,
        Acknowledgement.policy == Version.policy,
        Acknowledgement.major >= Version.major,
        Acknowledgement.signed_at > Decline.declined_at,
    ),
).order_by(Decline.declined_at.desc())


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """Somebody did not want to sign; `words` is None where they are erased."""

    person_id: str
    name: str
    title: str
    label: str
    at: datetime
    words: str | None


def decline(
    session: Session,
    name: str,
    label: str,
    *,
    reason: str,
    by: Actor,
    settings: Settings,
    now: datetime,
) -> None:
    """Keep that this tutor does not want to sign now; whoever answers for them hears of it.

    Raises what `asked_for` raises: nobody declines what is not asked for.
    """
    version, _, _ = asked_for(session, name, label, by=by, settings=settings, now=now)
    about = new_id()
    row = {"id": about, "person_id": by.id, "version_id": version.id, "declined_at": now}
    keep(session, Decline, row)
    keep(session, Remark, {"about": about, "text": reason})
    told = {"policy": name, "version": label, "reason": reason}
    note(session, "policy.declined", by=by, subject=by.id, now=now, **told)
    for reader in hear_of(session, by.id, now=now):
        payload = {"decline": about, "to": reader.id}
        queue(session, DECLINED, key=f"{DECLINED} {about} {reader.id}", payload=payload, now=now)


def hear_of(session: Session, person_id: str, *, now: datetime) -> tuple[Any, ...]:
    """Return who hears of it: the learning manager or deputy; HR where there is neither."""
    manager = manager_of(session, person_id, now=now)
    return (manager,) if manager else tuple(in_role(session, Role.HR, now=now))


def said_of_hearer(session: Session, person_id: str, *, now: datetime) -> str:
    """Return in words, for the tutor, whom `hear_of` returns."""
    manager = manager_of(session, person_id, now=now)
    if manager is None:
        return "HR"
    return f"your {'learning manager' if manager.kind == Kind.LEADS else 'deputy'}, {manager.name}"


def find_decline(session: Session, decline_id: str) -> Any | None:
    """Return one of them, for the portal's own use."""
    return session.execute(ONE, {"id": decline_id}).one_or_none()


def declined(session: Session, people: Collection[str]) -> tuple[Declined, ...]:
    """Return who of these people does not want to sign and has not since, the newest first."""
    return tuple(
        Declined(
            person_id=row.person_id,
            name=row.name,
            title=row.title,
            label=f"{row.major}.{row.minor}",
            at=row.declined_at,
            words=row.text,
        )
        for row in rows(session, STANDING, people=list(people))
    )
