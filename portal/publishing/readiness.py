"""Whether the portal is ready to bind everybody, and what it would mean if it did today."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import current_app
from sqlalchemy.orm import Session

from portal import db
from portal.access import Actor
from portal.config import Settings
from portal.errors import NotFound
from portal.ledger.actions import note
from portal.outbox import queries as outbox
from portal.outbox.actions import queue
from portal.outbox.mail import NeverSend, compose, deliver
from portal.outbox.queries import Sending
from portal.outbox.worker import Handler
from portal.people.queries import get_person, missing_contacts
from portal.policies.queries import names, newest
from portal.publishing.impact import Impact, of_enforcing
from portal.publishing.queries import reviewed
from portal.publishing.whole import Whole, get_whole

MAIL = "test-mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What there is, and what there is not."""

    missing_contacts: tuple[str, ...]
    policies: tuple[Whole, ...]  # those with a version that stands
    approved: int
    scenarios: int
    mail: Sending | None
    impact: Impact


def readiness(session: Session, *, seen_by: Actor, now: datetime) -> Readiness:
    """Return what is ready, and whom it would hit if everything bound everybody now."""
    scenarios = reviewed(session)
    live = [each for each in names(session) if newest(session, each)]
    return Readiness(
        missing_contacts=missing_contacts(session),
        policies=tuple(get_whole(session, each, now=now) for each in live),
        approved=sum(each.approved is not None for each in scenarios),
        scenarios=len(scenarios),
        mail=outbox.newest(session, f"{MAIL} {seen_by.id}"),
        impact=of_enforcing(session, now=now),
    )


def queue_test(session: Session, *, by: Actor, now: datetime) -> None:
    """Queue a mail to whoever asks."""
    key = f"{MAIL} {by.id} {now.isoformat()}"
    queue(session, MAIL, key=key, payload={"person": by.id}, now=now)
    note(session, "mail.tested", by=by, subject=by.id, now=now)


def send_test(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Send it."""
    settings = cast(Settings, current_app.extensions["settings"])
    asker = Actor(id=payload["person"], name="")
    try:
        with db.reader() as session:
            person = get_person(session, asker.id, seen_by=asker, now=now)
    except NotFound as gone:
        raise NeverSend("not sent: there is no such person") from gone
    words = {"name": person.name, "organisation": settings.organisation}
    deliver(
        compose(MAIL, to=person.email, key=outgoing_id, words=words), settings=settings, now=now
    )


HANDLERS: dict[str, Handler] = {MAIL: send_test}
