"""Read lessons, each reader their own."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.db import rows
from portal.people.models import Person
from portal.people.scope import NOW, asked, scoped
from portal.scheduling.models import Lesson

MOST, EVERY = 500, 2**31 - 1  # lessons on one page; however many there are
EVER = datetime(9999, 1, 1, tzinfo=UTC)
_AHEAD = (
    sa.select(
        Lesson.id,
        Lesson.tutor_id,
        Person.name.label("tutor"),
        Lesson.starts_at,
        Lesson.ends_at,
        Lesson.place,
        Lesson.pupil,
    )
    .join(Person, Person.id == Lesson.tutor_id)
    .where(Lesson.ends_at > NOW, Lesson.starts_at < sa.bindparam("until"))
    .order_by(Lesson.starts_at)
    .limit(sa.bindparam("most", type_=sa.Integer()))
)
COMING = scoped(_AHEAD, Lesson.tutor_id)
COMING_OF = scoped(_AHEAD.where(Lesson.tutor_id == sa.bindparam("tutor")), Lesson.tutor_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One lesson ahead, as a line of a list."""

    id: str
    tutor_id: str
    tutor: str
    starts_at: datetime
    ends_at: datetime
    place: str
    pupil: str


def coming(
    session: Session,
    *,
    seen_by: Actor,
    now: datetime,
    until: datetime = EVER,
    tutor_id: str = "",
) -> list[Coming]:
    """Return the lessons that have not ended, soonest first, of the tutors this reader may see.

    Those up to a moment are all there; without one, the first of them.
    """
    told = {**asked(seen_by, now=now), "until": until, "tutor": tutor_id}
    most = MOST if until is EVER else EVERY
    question = (COMING_OF if tutor_id else COMING).of(seen_by)
    return [_coming(row) for row in rows(session, question, **told, most=most)]


def _coming(row: Any) -> Coming:
    return Coming(**row._mapping)  # noqa: SLF001 - a Row's documented view of its columns
