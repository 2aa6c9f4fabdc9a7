"""Change what is known of people; each change leaves its entry."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.db import new_id
from portal.errors import Refusal
from portal.ledger.actions import note
from portal.people.models import Comfort, Contact, Dated, DatedEnd, Kind, Person, Team
from portal.people.queries import find_person
from portal.people.rules import email_key


class AlreadyKnown(Refusal):
    """Somebody has this address already."""

    code = "already-known"
    status = 409


def add_person(
    session: Session, *, name: str, email: str, roles: Iterable[Role], by: Actor, now: datetime
) -> str:
    """Add a person with an account, enabled, in these roles; return the id.

    A tutor's engagement begins now. Raises AlreadyKnown.
    """
    if find_person(session, email=email):
        message = f"{email} has an account already. Nothing was changed."
        raise AlreadyKnown(message)
    person_id = new_id()
    row = {"id": person_id, "name": name, "email": email, "email_key": email_key(email)}
    session.execute(sa.insert(Person), {**row, "phone": "", "made_at": now})
    roles = sorted(roles)
    begin(session, person_id, kind=Kind.ENABLED, by=by, now=now)
    for role in roles:
        begin(session, person_id, kind=Kind.ROLE, value=role, by=by, now=now)
    if Role.TUTOR in roles:
        begin(session, person_id, kind=Kind.ENGAGEMENT, by=by, now=now)
    note(session, "person.added", by=by, subject=person_id, now=now, roles=roles)
    return person_id


def add_team(session: Session, name: str, *, by: Actor, now: datetime) -> str:
    """Add a team; return its id."""
    team_id = new_id()
    session.execute(sa.insert(Team), {"id": team_id, "name": name})
    note(session, "team.added", by=by, subject=team_id, now=now, name=name)
    return team_id


def begin(
    session: Session,
    person_id: str,
    *,
    kind: Kind,
    by: Actor,
    now: datetime,
    value: str = "",
    starts_at: datetime | None = None,
    reason: str = "",
) -> str:
    """Record that a period begins (now unless told); return its id."""
    period_id, starts = new_id(), starts_at or now
    row = {"id": period_id, "person_id": person_id, "kind": kind, "value": value}
    times = {"starts_at": starts, "recorded_at": now, "recorded_by": by.id, "reason": reason}
    session.execute(sa.insert(Dated), {**row, **times})
    facts = {"kind": kind, "value": value, "from": starts.isoformat(), "period": period_id}
    note(session, "period.begun", by=by, subject=person_id, now=now, **facts)
    return period_id


def end(
    session: Session,
    period_id: str,
    *,
    by: Actor,
    now: datetime,
    ends_at: datetime | None = None,
    reason: str = "",
) -> None:
    """Record that a period ends (now unless told)."""
    ends = ends_at or now
    row = {"period_id": period_id, "ends_at": ends, "recorded_at": now, "recorded_by": by.id}
    session.execute(sa.insert(DatedEnd), {**row, "reason": reason})
    person_id = session.scalars(sa.select(Dated.person_id).where(Dated.id == period_id)).one()
    facts = {"period": period_id, "at": ends.isoformat()}
    note(session, "period.ended", by=by, subject=person_id, now=now, **facts)


def confirm_details(
    session: Session, person_id: str, *, name: str, phone: str, by: Actor, now: datetime
) -> None:
    """Record that a person looked at their own details and put them right."""
    values = {"name": name, "phone": phone, "confirmed_at": now}
    session.execute(sa.update(Person).where(Person.id == person_id).values(**values))
    note(session, "details.confirmed", by=by, subject=person_id, now=now, name=name)


def set_contact(
    session: Session, kind: str, *, name: str, phone: str, by: Actor, now: datetime
) -> None:
    """Set a company-wide contact; earlier ones stay on record."""
    row = {"id": new_id(), "kind": kind, "name": name, "phone": phone, "recorded_at": now}
    session.execute(sa.insert(Contact), {**row, "recorded_by": by.id})
    facts = {"kind": kind, "name": name, "phone": phone}
    note(session, "contact.set", by=by, subject=by.id, now=now, **facts)


def set_comfort(session: Session, person_id: str, *, size: str, spacing: str, tint: str) -> None:
    """Keep how a person likes to read; a wish, not a fact about them, so not on the ledger."""
    session.execute(sa.delete(Comfort).where(Comfort.person_id == person_id))
    row = {"person_id": person_id, "size": size, "spacing": spacing, "tint": tint}
    session.execute(sa.insert(Comfort), row)
