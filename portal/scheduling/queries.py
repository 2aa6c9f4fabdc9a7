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

<<<<<<< HEAD
MOST = 500  # lessons on one page
=======
EVER = datetime(9999, 1, 1, tzinfo=UTC)
COMING = scoped(
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
    .limit(500),
    Lesson.tutor_id,
)
>>>>>>> e522313 (Ask constant statements past the ORM, and build the reader's scope once)


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
<<<<<<< HEAD
    session: Session,
    *,
    seen_by: Actor,
    now: datetime,
    until: datetime | None = None,
    tutor_id: str = "",
) -> list[Coming]:
    """Return the lessons that have not ended, soonest first, of the tutors this reader may see.

    Those up to a moment are all there; without one, the first of them.
    """
    wanted = (
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
        .where(Lesson.ends_at > now, Lesson.tutor_id.in_(visible(seen_by, now=now)))
        .order_by(Lesson.starts_at)
    )
    if tutor_id:
        wanted = wanted.where(Lesson.tutor_id == tutor_id)
    wanted = wanted.where(Lesson.starts_at < until) if until else wanted.limit(MOST)
    return [_coming(row) for row in session.execute(wanted)]
=======
    session: Session, *, seen_by: Actor, now: datetime, until: datetime = EVER
) -> list[Coming]:
    """Return the lessons that have not ended, soonest first, of the tutors this reader may see."""
    found = rows(session, COMING.of(seen_by), **asked(seen_by, now=now), until=until)
    return [_coming(row) for row in found]
>>>>>>> e522313 (Ask constant statements past the ORM, and build the reader's scope once)


def _coming(row: Any) -> Coming:
    return Coming(**row._mapping)  # noqa: SLF001 - a Row's documented view of its columns
