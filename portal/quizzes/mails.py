"""Mails that this room makes: who should talk to a tutor, and who has passed after all."""

from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from portal import clock, db
from portal.config import Settings
from portal.outbox.mail import NeverSend, compose, deliver
from portal.outbox.worker import Handler
from portal.people.models import Person
from portal.people.queries import manager_of
from portal.quizzes.models import Attempt, Result

FAILED = (
    sa.select(Attempt.person_id, Attempt.n, Person.name)
    .join(Result, Result.attempt_id == Attempt.id)
    .join(Person, Person.id == Attempt.person_id)
    .where(Attempt.id == sa.bindparam("attempt"))
)
TRIED = FAILED.add_columns(Person.email, Result.closed_at)


def send_quiz_failed(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell the learning manager, or else the deputy, that a tutor keeps failing the scenarios."""
    settings = cast(Settings, current_app.extensions["settings"])
    with db.reader() as session:
        failed = session.execute(FAILED, payload).one()
        manager, email = _manager(session, failed.person_id, now=now)
    words = {
        "name": manager,
        "tutor": failed.name,
        "times": failed.n,
        "organisation": settings.organisation,
        "page": f"{settings.public_url}/tutors/{failed.person_id}",
    }
    deliver(
        compose("quiz-failed", to=email, key=outgoing_id, words=words), settings=settings, now=now
    )


def send_quiz_remarked(payload: dict[str, Any], outgoing_id: str, now: datetime) -> None:
    """Tell a tutor that they have passed, now that a question was withdrawn."""
    settings = cast(Settings, current_app.extensions["settings"])
    with db.reader() as session:
        told = session.execute(TRIED, payload).one()
    words = {
        "name": told.name,
        "day": clock.day_in_words(told.closed_at, settings.zone),
        "organisation": settings.organisation,
        "page": f"{settings.public_url}/",
    }
    mail = compose("quiz-remarked", to=told.email, key=outgoing_id, words=words)
    deliver(mail, settings=settings, now=now)


HANDLERS: dict[str, Handler] = {
    "quiz-failed": send_quiz_failed,
    "quiz-remarked": send_quiz_remarked,
}


def _manager(session: Session, person_id: str, *, now: datetime) -> tuple[str, str]:
    person = manager_of(session, person_id, now=now)
    if person is None:
        raise NeverSend("not sent: the tutor has no learning manager")
    return person.name, person.email
