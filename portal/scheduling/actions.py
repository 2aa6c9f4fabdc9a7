"""Schedule a lesson, past the gate; there is no other way."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.clearance.rules import judged
from portal.db import new_id
from portal.errors import Refusal
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.scheduling import gate
from portal.scheduling.models import Lesson, LessonGround
from portal.scheduling.rules import Wish

CLASHES = sa.select(Lesson.id).where(
    Lesson.tutor_id == sa.bindparam("tutor"),
    Lesson.starts_at < sa.bindparam("ends"),
    Lesson.ends_at > sa.bindparam("starts"),
)


class Taken(Refusal):
    """The tutor teaches at that time already."""

    code = "time-taken"


def book(session: Session, wish: Wish, *, by: Actor, now: datetime) -> str:
    """Schedule this lesson and return its id; raises NotCleared or Taken.

    The caller has made sure that `by` may see the tutor. The lesson names the acknowledgements
    that it rests on.
    """
    standing = gate.require(session, wish, by=by, now=now)
    _require_free(session, wish)
    lesson_id = new_id()
    row = {"id": lesson_id, "tutor_id": wish.tutor_id, "place": wish.place, "pupil": wish.pupil}
    times = {"starts_at": wish.starts_at, "ends_at": wish.ends_at, "scheduled_at": now}
    session.execute(sa.insert(Lesson), {**row, **times, "scheduled_by": by.id})
    rests_on = [case.met_by[-1].id for case in judged(standing, at=wish.starts_at) if case.met_by]
    for each in rests_on:
        ground = {"lesson_id": lesson_id, "acknowledgement_id": each}
        keep(session, LessonGround, ground)
    facts = {
        "lesson": lesson_id,
        "lesson_at": wish.starts_at.isoformat(),
        "minutes": wish.minutes,
        "place": wish.place,
        "pupil": wish.pupil,
        "rests_on": rests_on,
    }
    note(session, "lesson.scheduled", by=by, subject=wish.tutor_id, now=now, **facts)
    return lesson_id


def _require_free(session: Session, wish: Wish) -> None:
    times = {"tutor": wish.tutor_id, "starts": wish.starts_at, "ends": wish.ends_at}
    if session.execute(CLASHES, times).first():
        message = "The tutor has a session at that time already. Nothing was stored."
        raise Taken(message, subject=wish.tutor_id, lesson_at=wish.starts_at.isoformat())
