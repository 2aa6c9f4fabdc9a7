"""A mail 28 days before a policy is to be looked at again: a date nobody is reminded of passes."""

from datetime import date, datetime, timedelta
from typing import Any, cast

from flask import current_app
from sqlalchemy.orm import Session

from portal import clock, db
from portal.config import Settings
from portal.outbox.actions import queue
from portal.outbox.mail import NeverSend, compose, deliver
from portal.outbox.worker import Handler
from portal.people.directory import in_role
from portal.policies.actions import label_of
from portal.policies.queries import names, newest
from portal.publishing.actions import ANSWERING

MAIL = "review-due"
AHEAD = timedelta(days=28)


def queue_reviews(session: Session, day: str, now: datetime) -> None:
    """Queue a mail to all who answer for texts, once for each review date that comes near."""
    today = date.fromisoformat(day)
    for name in names(session):
        latest = newest(session, name)
        if latest and date.fromisoformat(latest.review_on) - AHEAD <= today:
            for person_id in _readers(session, now=now):
                key = f"{MAIL} {latest.policy} {latest.review_on} {person_id}"
                payload = {"person": person_id, "policy": name}
                queue(session, MAIL, key=key, payload=payload, now=now)


def send_review(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Send one, with the dates as they are now."""
    settings = cast(Settings, current_app.extensions["settings"])
    with db.reader() as session:
        person = _readers(session, now=now).get(payload["person"])
        latest = newest(session, payload["policy"])
    if person is None or latest is None:
        raise NeverSend("not sent: nobody answers for it here any more")
    words = {
        "name": person.name,
        "organisation": settings.organisation,
        "title": latest.title,
        "version": label_of(latest),
        "owner": latest.owner,
        "review": clock.day_in_words(date.fromisoformat(latest.review_on)),
        "link": f"{settings.public_url}/publishing/policies/{latest.policy}",
    }
    deliver(
        compose(MAIL, to=person.email, key=outgoing_id, words=words), settings=settings, now=now
    )


HANDLERS: dict[str, Handler] = {MAIL: send_review}


def _readers(session: Session, *, now: datetime) -> dict[str, Any]:
    return {each.id: each for role in ANSWERING for each in in_role(session, role, now=now)}
