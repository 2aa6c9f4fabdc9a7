"""Sign-ins: rows on the server that signing out really ends."""

import logging
import secrets
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from flask import current_app, has_request_context
from flask import session as browser
from flask_login import UserMixin, login_user
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal import clock, db
from portal.access import Actor, Origin, Role, origin
from portal.config import Settings
from portal.ledger.actions import note
from portal.people.models import Comfort, Dated, DatedEnd, Kind, Person, SignIn
from portal.people.rules import digest_of

log = logging.getLogger(__name__)
MOST = 20  # sign-ins of one person; the oldest makes room
SEEN_EVERY = timedelta(minutes=1)  # how stale `seen_at` may be: saves a write a page

NEEDED = (Kind.ENABLED, Kind.ROLE, Kind.LEADS, Kind.DEPUTISES)

# One row for each thing that the person is or does now, and one for somebody who is nothing now.
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
        sa.case((DatedEnd.ends_at <= sa.bindparam("now"), None), else_=Dated.kind).label("kind"),
        Dated.value,
    )
    .join(Person, Person.id == SignIn.person_id)
    .outerjoin(Comfort, Comfort.person_id == SignIn.person_id)
    .outerjoin(
        Dated,
        sa.and_(
            Dated.person_id == SignIn.person_id,
            sa.or_(*(Dated.kind == kind for kind in NEEDED)),
            Dated.starts_at <= sa.bindparam("now"),
        ),
    )
    .outerjoin(DatedEnd, DatedEnd.period_id == Dated.id)
    .where(SignIn.id == sa.bindparam("digest"))
)


class _Token(UserMixin):  # type: ignore[misc]  # Flask-Login brings no types
    """What Flask-Login puts into the signed cookie: a token that only its digest here knows."""

    def __init__(self) -> None:
        self.id = secrets.token_urlsafe(32)


def load(token: str) -> Actor | None:
    """Return who holds this token, while the sign-in stands and the account is enabled."""
    now, digest = clock.now(), digest_of(token)
    with db.reader() as session:
        found = db.rows(session, FOUND, digest=digest, now=now)
    if not found:
        return None
    row, stands = found[0], {(each.kind, each.value) for each in found}
    if _over(row, now=now) or not any(kind == Kind.ENABLED for kind, _ in stands):
        _forget(digest)
        return None
    if now - row.seen_at > SEEN_EVERY:
        _seen(digest, now=now)
    return _actor(row, stands, digest=digest)


def start(session: Session, person_id: str, *, name: str, shared: bool, now: datetime) -> None:
    """Sign this browser in; the cookie's old content is dropped, so nothing can be fixed before."""
    then, old = browser.get("then"), digest_of(browser.get("_user_id", ""))
    browser.clear()
    session.execute(sa.delete(SignIn).where(SignIn.id == old))
    _make_room(session, person_id, now=now)
    token, where = _Token(), origin()
    row = {"id": digest_of(token.id), "person_id": person_id, "shared": shared}
    seen = {"started_at": now, "seen_at": now, "address": where.address, "agent": where.agent}
    session.execute(sa.insert(SignIn), {**row, **seen})
    by = Actor(id=person_id, name=name, origin=where)
    note(session, "signed-in", by=by, subject=person_id, now=now)
    login_user(token)
    if then:
        browser["then"] = then


def finish(session: Session, by: Actor, *, now: datetime) -> None:
    """End this browser's sign-in for good."""
    session.execute(sa.delete(SignIn).where(SignIn.id == by.sign_in))
    note(session, "signed-out", by=by, subject=by.id, now=now)
    browser.clear()


def _make_room(session: Session, person_id: str, *, now: datetime) -> None:
    """Delete what is over, and this person's oldest sign-ins above the most."""
    begun = now - timedelta(hours=_settings().absolute_hours)
    session.execute(sa.delete(SignIn).where(SignIn.started_at < begun))
    own = SignIn.person_id == person_id
    newest = sa.select(SignIn.id).where(own).order_by(SignIn.started_at.desc()).limit(MOST - 1)
    session.execute(sa.delete(SignIn).where(own, SignIn.id.not_in(newest)))


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])


def _over(row: Any, *, now: datetime) -> bool:
    settings = _settings()
    idle = settings.shared_idle_minutes if row.shared else settings.idle_minutes
    too_long = now - row.started_at > timedelta(hours=settings.absolute_hours)
    return bool(too_long or now - row.seen_at > timedelta(minutes=idle))


def _forget(digest: str) -> None:
    _keep(sa.delete(SignIn).where(SignIn.id == digest))


def _seen(digest: str, *, now: datetime) -> None:
    _keep(sa.update(SignIn).where(SignIn.id == digest).values(seen_at=now))


def _keep(statement: sa.UpdateBase) -> None:
    """Write it where that is possible; a full disk must not keep a reader from reading."""
    try:
        with db.change() as session:
            session.execute(statement)
    except (DBAPIError, OSError):
        log.exception("a sign-in could not be brought up to date")


def _actor(row: Any, stands: set[tuple[str, str]], *, digest: str) -> Actor:
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
