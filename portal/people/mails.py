"""Mails that this room makes; who gets one, and whether still, is decided when it is sent."""

from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from portal import clock, db
from portal.access import Role
from portal.config import Settings
from portal.outbox.mail import NeverSend, compose, deliver
from portal.outbox.worker import Handler
from portal.people.accounts import holds_role
from portal.people.links import Purpose, mint
from portal.people.models import Dated, DatedEnd, Kind, Person
from portal.people.queries import holds

RECIPIENT = (
    sa.select(Person.id, Person.name, Person.email, Person.password_hash)
    .join(Dated, Dated.person_id == Person.id)
    .outerjoin(DatedEnd, DatedEnd.period_id == Dated.id)
    .where(Person.id == sa.bindparam("person"), holds(Kind.ENABLED, at=sa.bindparam("now")))
)
NAME = sa.select(Person.name).where(Person.id == sa.bindparam("person"))


def link_url(settings: Settings, token: str) -> str:
    """Return the address of a link, on the address that was set and never on one that was sent."""
    return f"{settings.public_url}/links/{token}"


def send_invitation(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Mail a first link to somebody who has no password yet."""
    settings = _settings()
    lasts = timedelta(days=settings.invitation_days)
    with db.change() as session:
        person = recipient(session, payload["person"], now=now)
        if person.password_hash:
            raise NeverSend("not sent: this person has a password already")
        inviter = name_of(session, payload["by"])
        tutor = holds_role(session, person.id, role=Role.TUTOR)
        token = mint(
            session, person.id, Purpose.INVITATION, lasts=lasts, now=now, sent_with=outgoing_id
        )
    links = _link_facts(settings, token, until=now + lasts)
    facts = {"inviter": inviter, "tutor": tutor, **links}
    _send("invitation", person, key=outgoing_id, now=now, **facts)


def send_reset(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Mail a link for a new password, if the address that was typed is somebody's."""
    settings = _settings()
    lasts = timedelta(minutes=settings.reset_minutes)
    with db.change() as session:
        person = recipient(session, payload["person"], now=now)
        token = mint(session, person.id, Purpose.RESET, lasts=lasts, now=now, sent_with=outgoing_id)
    facts = _link_facts(settings, token, until=now + lasts)
    _send("reset", person, key=outgoing_id, now=now, **facts)


def send_password_changed(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell somebody that their password was changed: it may have been somebody else."""
    settings = _settings()
    with db.reader() as session:
        person = recipient(session, payload["person"], now=now)
    changed = clock.in_words(datetime.fromisoformat(payload["at"]), settings.zone)
    facts = {"changed": changed, "reset": f"{settings.public_url}/reset"}
    _send("password-changed", person, key=outgoing_id, now=now, **facts)


HANDLERS: dict[str, Handler] = {
    "invitation": send_invitation,
    "reset": send_reset,
    "password-changed": send_password_changed,
}


def name_of(session: Session, person_id: str) -> str | None:
    """Return somebody's name, None for nobody's id."""
    return session.scalar(NAME, {"person": person_id})


def recipient(session: Session, person_id: str, *, now: datetime) -> Any:
    """Return who gets the mail; raises NeverSend for nobody and for a disabled account."""
    person = session.execute(RECIPIENT, {"person": person_id, "now": now}).first()
    if person is None:
        raise NeverSend("not sent: there is no open account for it")
    return person


def _link_facts(settings: Settings, token: str, *, until: datetime) -> dict[str, str]:
    return {"link": link_url(settings, token), "until": clock.in_words(until, settings.zone)}


def _send(template: str, person: Any, *, key: str, now: datetime, **facts: Any) -> None:
    settings = _settings()
    words = {"name": person.name, "organisation": settings.organisation, **facts}
    mail = compose(template, to=person.email, key=key, words=words)
    deliver(mail, settings=settings, now=now)


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])
