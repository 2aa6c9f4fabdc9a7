"""Every scenario that somebody met in a finished attempt: its words then, and the choices.

Of the frozen copies only so many are read as are needed to know all words: attempts at the same
quiz, told by its digest, have the same.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.db import rows
from portal.people.scope import asked, scoped
from portal.quizzes.drawing import Asked, unpack
from portal.quizzes.models import Attempt, Choice, Result
from portal.quizzes.passing import MISSED
from portal.quizzes.remarks import withdrawn_words

_MAJOR = sa.and_(Attempt.policy == sa.bindparam("policy"), Attempt.major == sa.bindparam("major"))
CLOSED = scoped(
    sa.select(
        Attempt.id,
        Attempt.person_id,
        Attempt.n,
        Attempt.quiz_digest,
        Attempt.opened_at,
        Result.closed_at,
        MISSED,
    )
    .join(Result, Result.attempt_id == Attempt.id)
    .where(_MAJOR)
    .order_by(Attempt.opened_at, Attempt.id),
    Attempt.person_id,
)
CHOSEN = scoped(
    sa.select(Choice.attempt_id, Choice.scenario, Choice.step, Choice.option)
    .join(Attempt, Attempt.id == Choice.attempt_id)
    .join(Result, Result.attempt_id == Attempt.id)
    .where(_MAJOR)
    .order_by(Attempt.opened_at, Attempt.id, Choice.seq),
    Attempt.person_id,
)
_FIRST_WITH = (
    sa.select(sa.func.min(Attempt.id))
    .join(Choice, Choice.attempt_id == Attempt.id)
    .where(_MAJOR)
    .group_by(Attempt.quiz_digest, Choice.scenario)
)
COPIES = sa.select(Attempt.quiz_digest, Attempt.drawn).where(Attempt.id.in_(_FIRST_WITH))


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """One scenario in one attempt; the choices are pairs of step and option, by their ids."""

    asked: Asked
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """One finished attempt: what was met in it, and the clauses that were missed.

    Of a scenario that was withdrawn as wrong since, nothing is told.
    """

    person_id: str
    n: int
    opened_at: datetime
    closed_at: datetime
    missed: frozenset[str]
    met: tuple[Met, ...]


def closed(
    session: Session, *, policy: str, major: int, seen_by: Actor, now: datetime
) -> tuple[Closed, ...]:
    """Return the finished attempts of those whom the reader may see, the oldest first."""
    course = {"policy": policy, "major": major}
    told = {**course, **asked(seen_by, now=now)}
    copies = _copies(rows(session, COPIES, **course), wrong=withdrawn_words(session))
    chosen = {
        attempt: list(choices)
        for attempt, choices in groupby(
            rows(session, CHOSEN.of(seen_by), **told), lambda each: each.attempt_id
        )
    }
    return tuple(
        _closed(row, chosen.get(row.id, ()), copies)
        for row in rows(session, CLOSED.of(seen_by), **told)
    )


def _copies(found: Iterable[Any], *, wrong: Collection[str]) -> dict[tuple[str, str], Asked]:
    """Return each scenario as it was asked, by the digest of its quiz and its own id."""
    return {
        (row.quiz_digest, one.scenario.id): one
        for row in found
        for one in unpack(row.drawn).asked
        if one.digest not in wrong
    }


def _closed(row: Any, chosen: Iterable[Any], copies: dict[tuple[str, str], Asked]) -> Closed:
    return Closed(
        person_id=row.person_id,
        n=row.n,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        missed=frozenset(json.loads(row.missed)),
        met=tuple(_met(row.quiz_digest, chosen, copies)),
    )


def _met(
    quiz_digest: str, chosen: Iterable[Any], copies: dict[tuple[str, str], Asked]
) -> Iterator[Met]:
    for scenario, choices in groupby(chosen, lambda each: each.scenario):
        pairs = tuple((each.step, each.option) for each in choices)
        if (quiz_digest, scenario) in copies:
            yield Met(asked=copies[quiz_digest, scenario], choices=pairs)
