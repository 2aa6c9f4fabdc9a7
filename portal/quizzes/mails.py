"""Mails that this room makes: who should talk to a tutor is told so."""

from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from portal import db
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


HANDLERS: dict[str, Handler] = {"quiz-failed": send_quiz_failed}


def _manager(session: Session, person_id: str, *, now: datetime) -> tuple[str, str]:
    person = manager_of(session, person_id, now=now)
    if person is None:
        raise NeverSend("not sent: the tutor has no learning manager")
    return person.name, person.email
