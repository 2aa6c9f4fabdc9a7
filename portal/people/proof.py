"""Proving who one is by a password: the same work and answer for anyone, slower after failures."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal import db
from portal.access import Actor
from portal.ledger.actions import note
from portal.people import passwords, tries
from portal.people.models import Dated, DatedEnd, Kind, Person
from portal.people.queries import holds
from portal.people.rules import email_key

UNKNOWN = "visitor"  # whom a failure concerns when the address is nobody's

KNOWN = sa.select(
    Person.id,
    Person.name,
    Person.password_hash,
    sa.select(Dated.id)
    .outerjoin(DatedEnd, DatedEnd.period_id == Dated.id)
    .where(Dated.person_id == Person.id, holds(Kind.ENABLED, at=sa.bindparam("now")))
    .correlate(Person)
    .exists()
    .label("enabled"),
).where(Person.email_key == sa.bindparam("key"))
ADDRESS = sa.select(Person.email).where(Person.id == sa.bindparam("person"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """Somebody who has just shown who they are."""

    id: str
    name: str


def prove(email: str, password: str, *, by: Actor, now: datetime) -> Proved | None:
    """Return whose address and password these are, or None; raises MustWait.

    Opens its own transactions: the try is on record before the password is looked at.
    """
    account = tries.of_account(email)
    with db.change() as session:
        marks = tries.claim(session, (account, tries.of_address(by.origin.address)), now=now)
    with db.reader() as session:
        known = session.execute(KNOWN, {"key": email_key(email), "now": now}).first()
    if not passwords.matches(password, stored=_stored(known)):
        _note_failure(known, by=by, now=now)
        return None
    _strengthen(known, password=password)
    with db.change() as session:
        tries.give_back(session, marks)
        tries.forgive(session, account)
    return Proved(id=known.id, name=known.name)


def prove_again(password: str, *, by: Actor, now: datetime) -> bool:
    """Whether the person signed in has just proved themself again; raises MustWait."""
    with db.reader() as session:
        email = session.scalars(ADDRESS, {"person": by.id}).one()
    proved = prove(email, password, by=by, now=now)
    return proved is not None and proved.id == by.id


def _stored(known: Any) -> str | None:
    return known.password_hash if known and known.enabled else None


def _note_failure(known: Any, *, by: Actor, now: datetime) -> None:
    with db.change() as session:
        subject = known.id if known else UNKNOWN
        note(session, "proof.failed", by=by, subject=subject, now=now)


def _strengthen(known: Any, *, password: str) -> None:
    """Hash the password anew where our settings are stronger by now; it has just matched."""
    if not passwords.is_outdated(known.password_hash):
        return
    fresh, own = passwords.hashed(password), Person.id == known.id
    with db.change() as session:
        unchanged = Person.password_hash == known.password_hash  # nobody set another meanwhile
        session.execute(sa.update(Person).where(own, unchanged).values(password_hash=fresh))
