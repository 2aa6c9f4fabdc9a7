"""Change what is known of people; each change leaves its entry."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor, Origin, Role
from portal.db import new_id
from portal.errors import NotFound, Refusal
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.outbox.actions import queue
from portal.people.links import OpenLink, Purpose, use
from portal.people.models import (
    Comfort,
    Contact,
    Dated,
    DatedEnd,
    EndCorrection,
    Kind,
    Link,
    Person,
    SignIn,
    Team,
)
from portal.people.queries import find_person
from portal.people.rules import digest_of, email_key
from portal.people.tries import forgive, of_account

ONE_MAIL_EACH = 300  # seconds; asking for a link again and again fills nobody's mailbox
OTHERS = "others"


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
    keep(session, Dated, {**row, **times})
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
    keep(session, DatedEnd, {**row, "reason": reason})
    period = session.execute(
        sa.select(Dated.person_id, Dated.kind, Dated.value).where(Dated.id == period_id)
    ).one()
    facts = {"kind": period.kind, "value": period.value, "period": period_id}
    facts["until"] = ends.isoformat()
    note(session, "period.ended", by=by, subject=period.person_id, now=now, **facts)


def correct_end(
    session: Session, period: Any, *, ends_at: datetime | None, by: Actor, now: datetime
) -> str:
    """Record that an end on record was wrong: it is this, or there is none; return the row's id.

    `period` is a row of `queries.dated`; what was recorded before stays.
    """
    row = {"id": new_id(), "period_id": period.id, "nth": period.corrections + 1}
    times = {"ends_at": ends_at, "recorded_at": now, "recorded_by": by.id}
    keep(session, EndCorrection, {**row, **times})
    facts = {"kind": period.kind, "value": period.value, "period": period.id}
    facts |= {"correction": row["id"], "until": ends_at.isoformat() if ends_at else ""}
    note(session, "period.corrected", by=by, subject=period.person_id, now=now, **facts)
    return str(row["id"])


def confirm_details(
    session: Session, person_id: str, *, name: str, phone: str, by: Actor, now: datetime
) -> bool:
    """Record that a person looked at their own details; return whether for the first time."""
    first = session.get_one(Person, person_id).confirmed_at is None
    values = {"name": name, "phone": phone, "confirmed_at": now}
    session.execute(sa.update(Person).where(Person.id == person_id).values(**values))
    note(session, "details.confirmed", by=by, subject=person_id, now=now, name=name)
    return first


def ask_for_link(session: Session, email: str, *, by: Actor, now: datetime) -> None:
    """Queue the mail with a link to set a new password; nobody can tell whether there is one.

    For an unknown address the same is written, and the mail is dropped where it would be sent.
    """
    person = find_person(session, email=email)
    person_id = person.id if person else ""
    name = person_id or digest_of(email_key(email))[:16]
    window = int(now.timestamp()) // ONE_MAIL_EACH
    key = f"reset:{name}:{window}"
    queue(session, "reset", key=key, payload={"person": person_id}, now=now)
    note(session, "reset.asked", by=by, subject=person_id or by.id, now=now)


def mail_invitation(session: Session, person_id: str, *, by: Actor, now: datetime) -> None:
    """Queue the mail with a first link; asked twice in a minute, it is one mail."""
    key = f"invitation:{person_id}:{int(now.timestamp()) // 60}"
    payload = {"person": person_id, "by": by.id}
    queue(session, "invitation", key=key, payload=payload, now=now)
    note(session, "person.invited", by=by, subject=person_id, now=now)


def take_password(
    session: Session, token: str, *, password_hash: str, by: Origin, now: datetime
) -> OpenLink:
    """Set the password of whoever holds this link, and end all their sign-ins; raises LinkOver."""
    link = use(session, token, now=now)
    set_password(session, link.person_id, password_hash=password_hash)
    forgive(session, of_account(link.email))
    person = Actor(id=link.person_id, name=link.name, origin=by)
    note(session, "password.set", by=person, subject=person.id, now=now, purpose=link.purpose)
    if link.purpose is Purpose.RESET:
        payload = {"person": person.id, "at": now.isoformat()}
        queue(session, "password-changed", key=f"changed:{link.id}", payload=payload, now=now)
    return link


def set_password(session: Session, person_id: str, *, password_hash: str) -> None:
    """Set a password and end every sign-in; whoever asks for it writes why on the ledger."""
    own = Person.id == person_id
    session.execute(sa.update(Person).where(own).values(password_hash=password_hash))
    end_sign_ins(session, person_id)


def end_sign_ins(session: Session, person_id: str, *, but: str = "") -> None:
    """End every sign-in of a person, or all but one."""
    session.execute(sa.delete(SignIn).where(SignIn.person_id == person_id, SignIn.id != but))


def end_sign_in(session: Session, sign_in: str, *, by: Actor, now: datetime) -> None:
    """End one of my own sign-ins, or with "others" all but this one; raises NotFound."""
    if sign_in == OTHERS:
        end_sign_ins(session, by.id, but=by.sign_in)
    else:
        own = sa.and_(SignIn.id == sign_in, SignIn.person_id == by.id)
        if not session.scalar(sa.delete(SignIn).where(own).returning(SignIn.id)):
            raise NotFound
    note(session, "sign-in.ended", by=by, subject=by.id, now=now, others=sign_in == OTHERS)


def set_contact(
    session: Session, kind: str, *, name: str, phone: str, by: Actor, now: datetime
) -> None:
    """Set a company-wide contact; earlier ones stay on record."""
    row = {"id": new_id(), "kind": kind, "name": name, "phone": phone, "recorded_at": now}
    keep(session, Contact, {**row, "recorded_by": by.id})
    facts = {"kind": kind, "name": name, "phone": phone}
    note(session, "contact.set", by=by, subject=by.id, now=now, **facts)


def set_comfort(session: Session, person_id: str, *, size: str, spacing: str, tint: str) -> None:
    """Keep how a person likes to read; a wish, not a fact about them, so not on the ledger."""
    session.execute(sa.delete(Comfort).where(Comfort.person_id == person_id))
    row = {"person_id": person_id, "size": size, "spacing": spacing, "tint": tint}
    session.execute(sa.insert(Comfort), row)


def forget(session: Session, person_id: str) -> str:
    """Take out of an account what tells who it was; return its address.

    The row stays, because evidence names its id. Whoever asks for it writes why on the ledger.
    """
    email = session.get_one(Person, person_id).email
    nobody = f"{person_id}@erased.invalid"  # a domain that never exists (RFC 2606)
    values = {"name": "Erased", "email": nobody, "email_key": nobody, "phone": ""}
    own = sa.update(Person).where(Person.id == person_id)
    session.execute(own.values(**values, password_hash=None, confirmed_at=None))
    for model in (SignIn, Comfort, Link):
        session.execute(sa.delete(model).where(model.person_id == person_id))
    return email
