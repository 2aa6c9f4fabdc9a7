"""Sign-ins: rows on the server that signing out really ends, and the wait after failures."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app, has_request_context
from flask import session as browser
from flask_login import UserMixin, login_user
from sqlalchemy.orm import Session

from portal import clock, db
from portal.access import Actor, Origin, Role, origin
from portal.config import Settings
from portal.db import new_id
from portal.ledger.actions import note
from portal.people.models import Comfort, Dated, DatedEnd, Failed, Kind, Person, SignIn
from portal.people.rules import email_key, wait_until

REMEMBER_FAILURES = timedelta(hours=1)
SEEN_EVERY = timedelta(minutes=1)  # how stale `seen_at` may be: saves a write a page

FOUND = (
    sa.select(
        SignIn.person_id,
        SignIn.shared,
        SignIn.started_at,
        SignIn.seen_at,
        Person.name,
        Comfort.size,
        Comfort.spacing,
        Comfort.tint,
    )
    .join(Person, Person.id == SignIn.person_id)
    .outerjoin(Comfort, Comfort.person_id == SignIn.person_id)
    .where(SignIn.id == sa.bindparam("digest"))
)
STANDS = (
    sa.select(Dated.kind, Dated.value)
    .outerjoin(DatedEnd, DatedEnd.period_id == Dated.id)
    .where(
        Dated.person_id == sa.bindparam("person"),
        Dated.kind.in_((Kind.ENABLED, Kind.ROLE, Kind.LEADS, Kind.DEPUTISES)),
        Dated.starts_at <= sa.bindparam("now"),
        sa.or_(DatedEnd.ends_at.is_(None), DatedEnd.ends_at > sa.bindparam("now")),
    )
)
FAILURES = sa.select(Failed.at).where(
    Failed.key == sa.bindparam("key"), Failed.at > sa.bindparam("since")
)


class _Token(UserMixin):  # type: ignore[misc]  # Flask-Login brings no types
    """What Flask-Login puts into the signed cookie: a token that only its digest here knows."""

    def __init__(self) -> None:
        self.id = secrets.token_urlsafe(32)


def load(token: str) -> Actor | None:
    """Return who holds this token, while the sign-in stands and the account is enabled."""
    settings: Settings = current_app.extensions["settings"]
    now, digest = clock.now(), digest_of(token)
    with db.reader() as session:
        row = session.execute(FOUND, {"digest": digest}).one_or_none()
        if row is None or _over(row, settings=settings, now=now):
            return None
        stands = session.execute(STANDS, {"person": row.person_id, "now": now}).all()
    if not any(kind == Kind.ENABLED for kind, _ in stands):
        return None
    if now - row.seen_at > SEEN_EVERY:
        _seen(digest, now=now)
    return _actor(row, stands, digest=digest)


def start(session: Session, person: Person, *, shared: bool, now: datetime) -> None:
    """Sign this browser in; the cookie's old content is dropped, so nothing can be fixed before."""
    then = browser.get("then")
    browser.clear()
    token, where = _Token(), origin()
    row = {"id": digest_of(token.id), "person_id": person.id, "shared": shared}
    times = {"started_at": now, "seen_at": now}
    row |= {**times, "address": where.address, "agent": where.agent}
    session.execute(sa.insert(SignIn), row)
    by = Actor(id=person.id, name=person.name, origin=where)
    note(session, "signed-in", by=by, subject=person.id, now=now)
    login_user(token)
    if then:
        browser["then"] = then


def finish(session: Session, by: Actor, *, now: datetime) -> None:
    """End this browser's sign-in for good."""
    session.execute(sa.delete(SignIn).where(SignIn.id == by.sign_in))
    note(session, "signed-out", by=by, subject=by.id, now=now)


def end_all(session: Session, person_id: str) -> None:
    """End every sign-in of a person: a new password, a disabled account."""
    session.execute(sa.delete(SignIn).where(SignIn.person_id == person_id))


def failure_keys(email: str, *, address: str) -> tuple[str, str]:
    """Return the two keys under which a failure counts: the account and the network address."""
    return digest_of("account " + email_key(email)), digest_of("address " + address)


def must_wait_until(session: Session, key: str, *, now: datetime) -> datetime | None:
    """Return when the next try under this key is heard, or None for at once."""
    since = {"key": key, "since": now - REMEMBER_FAILURES}
    until = wait_until(sorted(session.scalars(FAILURES, since)))
    return until if until and until > now else None


def count_failure(session: Session, keys: tuple[str, ...], *, now: datetime) -> None:
    """Remember a failure under each key, and forget those that no longer matter."""
    session.execute(sa.delete(Failed).where(Failed.at < now - REMEMBER_FAILURES))
    session.execute(sa.insert(Failed), [{"id": new_id(), "key": key, "at": now} for key in keys])


def forgive(session: Session, key: str) -> None:
    """Forget the failures of an account after a success."""
    session.execute(sa.delete(Failed).where(Failed.key == key))


def digest_of(token: str) -> str:
    """Return what is stored in place of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def _over(row: Any, *, settings: Settings, now: datetime) -> bool:
    idle = settings.shared_idle_minutes if row.shared else settings.idle_minutes
    too_long = now - row.started_at > timedelta(hours=settings.absolute_hours)
    return bool(too_long or now - row.seen_at > timedelta(minutes=idle))


def _seen(digest: str, *, now: datetime) -> None:
    with db.change() as session:
        session.execute(sa.update(SignIn).where(SignIn.id == digest).values(seen_at=now))


def _actor(row: Any, stands: Any, *, digest: str) -> Actor:
    roles = {Role(value) for kind, value in stands if kind == Kind.ROLE}
    if any(kind in (Kind.LEADS, Kind.DEPUTISES) for kind, _ in stands):
        roles.add(Role.MANAGER)
    likes = (("size", row.size), ("spacing", row.spacing), ("tint", row.tint))
    return Actor(
        id=row.person_id,
        name=row.name,
        roles=frozenset(roles),
        origin=origin() if has_request_context() else Origin(),
        sign_in=digest,
        comfort=likes if row.size else (),
    )
