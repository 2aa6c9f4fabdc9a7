"""The way an attempt went, as its tutor saw it: read by those who answer for the tutor.

All of it comes from the frozen copy: what was shown, in which order, what was chosen, and the
consequence as it was worded then. Of a step that is not answered yet there is nothing here.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.db import rows
from portal.policies.text import Document
from portal.quizzes.marking import Shown, replay, shown
from portal.quizzes.models import Attempt, Result
from portal.quizzes.queries import Try
from portal.quizzes.remarks import Remark, remarks
from portal.quizzes.stage import Lived, lived

TRIES = (
    sa.select(
        Attempt.id,
        Attempt.policy,
        Attempt.major,
        Attempt.cycle,
        Attempt.n,
        Attempt.opened_at,
        Result.closed_at,
        Result.score,
        Result.out_of,
        Result.passed,
    )
    .outerjoin(Result, Result.attempt_id == Attempt.id)
    .where(Attempt.person_id == sa.bindparam("person"))
    .order_by(Attempt.opened_at.desc())
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One step: what was shown, and what the choice led to."""

    shown: Shown
    lived: Lived


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One scenario of an attempt, as far as it was answered; `number` counts from 1."""

    number: int
    title: str
    steps: tuple[Taken, ...]
    withdrawn: bool  # as wrong: it no longer counts


def tries_of(session: Session, person_id: str) -> list[tuple[Any, tuple[Remark, ...]]]:
    """Return every attempt of a person, newest first, with what came of marking it again.

    An attempt has policy, major, cycle, n, opened_at, closed_at, score, out_of and passed.
    """
    found = rows(session, TRIES, person=person_id)
    again = remarks(session, [row.id for row in found])
    return [(row, again.get(row.id, ())) for row in found]


def way(tried: Try, *, document: Document) -> tuple[Situation, ...]:
    """Return what was chosen, scenario by scenario; `document` lends the words of the clauses."""
    answers = replay(tried.drawn, tried.choices).answers
    wrong = {each.digest for each in tried.remarks}
    taken = zip(answers, lived(tried, document=document), strict=True)
    return tuple(
        Situation(
            number=number,
            title=group[0][1].title,
            steps=tuple(Taken(shown=shown(one.place), lived=each) for one, each in group),
            withdrawn=group[0][0].place.asked.digest in wrong,
        )
        for number, group in (
            (number, list(steps))
            for number, steps in groupby(taken, lambda one: one[0].place.number)
        )
    )
