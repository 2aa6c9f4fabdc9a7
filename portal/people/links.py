"""Single-use ways in: made when they are sent, found by the digest of their token, used once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import SYSTEM
from portal.db import new_id
from portal.errors import Refusal
from portal.ledger.actions import note
from portal.people.models import Dated, DatedEnd, Kind, Link, Person
from portal.people.queries import holds
from portal.people.rules import digest_of


class Purpose(StrEnum):
    """What a link is for."""

    INVITATION = "invitation"
    RESET = "reset"


class LinkOver(Refusal):
    """The link is used, too old or unknown: one answer, so that guessing teaches nothing."""

    status = 404
    code = "link-over"
    template = "people/link_over.html"
    leaves_trace = False  # opening a page changes nothing, and anybody can open this one

    def __init__(self) -> None:
        super().__init__("This link does not work any more")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLink:
    """A link that may still be used, and whose it is."""

    id: str
    purpose: Purpose
    person_id: str
    name: str
    email: str


OPEN = (
    sa.select(Link.id, Link.purpose, Link.person_id, Person.name, Person.email)
    .join(Person, Person.id == Link.person_id)
    .join(Dated, Dated.person_id == Person.id)
    .outerjoin(DatedEnd, DatedEnd.period_id == Dated.id)
    .where(
        Link.token_digest == sa.bindparam("digest"),
        Link.used_at.is_(None),
        Link.expires_at > sa.bindparam("now"),
        # An invitation is for somebody who has no password; from then on it is a reset.
        sa.or_(Link.purpose != Purpose.INVITATION, Person.password_hash.is_(None)),
        holds(Kind.ENABLED, at=sa.bindparam("now")),
    )
)

INVITED = sa.select(sa.func.min(Link.made_at)).where(
    Link.person_id == sa.bindparam("person"),
    Link.purpose == Purpose.INVITATION,
    Link.used_at.is_not(None),
)


def mint(
    session: Session,
    person_id: str,
    purpose: Purpose,
    *,
    lasts: timedelta,
    now: datetime,
    sent_with: str = "",
) -> str:
    """Return a fresh token; older links of that purpose stop working.

    Links of the same row of the outbox stand side by side: a mail sent twice after a broken
    connection may arrive once, and nobody knows which.
    """
    _end_older(session, person_id, purpose, sent_with=sent_with)
    token = secrets.token_urlsafe(32)
    row = {"id": new_id(), "person_id": person_id, "purpose": purpose, "sent_with": sent_with}
    times = {"made_at": now, "expires_at": now + lasts}
    session.execute(sa.insert(Link), {**row, **times, "token_digest": digest_of(token)})
    note(session, "link.made", by=SYSTEM, subject=person_id, now=now, purpose=purpose)
    return token


def get_link(session: Session, token: str, *, now: datetime) -> OpenLink:
    """Return the link of this token; raises LinkOver when it opens nothing (any more)."""
    row = session.execute(OPEN, {"digest": digest_of(token), "now": now}).first()
    if row is None:
        raise LinkOver
    return OpenLink(
        id=row.id,
        purpose=Purpose(row.purpose),
        person_id=row.person_id,
        name=row.name,
        email=row.email,
    )


def use(session: Session, token: str, *, now: datetime) -> OpenLink:
    """Use the link up, and with it every other one this person holds; raises LinkOver."""
    link = get_link(session, token, now=now)
    own = Link.person_id == link.person_id
    session.execute(sa.update(Link).where(Link.id == link.id).values(used_at=now))
    session.execute(sa.delete(Link).where(own, Link.used_at.is_(None)))
    return link


def invited_at(session: Session, person_id: str) -> datetime | None:
    """Return when the invitation was mailed that this person followed, or None."""
    return session.scalar(INVITED, {"person": person_id})


def _end_older(session: Session, person_id: str, purpose: Purpose, *, sent_with: str) -> None:
    same_mail = sa.and_(Link.sent_with != "", Link.sent_with == sent_with)
    older = sa.delete(Link).where(
        Link.person_id == person_id,
        Link.purpose == purpose,
        Link.used_at.is_(None),
        sa.not_(same_mail),
    )
    session.execute(older)
