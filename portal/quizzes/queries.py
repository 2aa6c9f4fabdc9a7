"""Read approvals, attempts, what was chosen in them and what came of it."""

import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.db import column, rows
from portal.errors import NotFound
from portal.quizzes import rules
from portal.quizzes.course import Course, Scope
from portal.quizzes.drawing import Drawn, unpack
from portal.quizzes.marking import Choice as Chosen
from portal.quizzes.models import (
    Approval,
    ApprovalEnd,
    Attempt,
    Choice,
    Reopened,
    Result,
    Unlock,
)
from portal.quizzes.passing import FAILURES, OF_CYCLE, PASSES
from portal.quizzes.remarks import Remark, remarks

OPEN = (
    sa.select(Attempt.id)
    .outerjoin(Result, Result.attempt_id == Attempt.id)
    .where(OF_CYCLE, Result.attempt_id.is_(None))
)
LATEST = sa.select(Attempt.id).where(OF_CYCLE).order_by(Attempt.n.desc()).limit(1)
COUNT = sa.select(sa.func.count()).select_from(Attempt).where(OF_CYCLE)
DRAWN = sa.select(Attempt.drawn).where(OF_CYCLE)
ONE = (
    sa.select(
        Attempt.id,
        Attempt.person_id,
        Attempt.version_id,
        Attempt.policy,
        Attempt.major,
        Attempt.cycle,
        Attempt.n,
        Attempt.scope,
        Attempt.quiz_digest,
        Attempt.drawn,
        Attempt.opened_at,
        Result.closed_at,
        Result.score,
        Result.out_of,
        Result.passed,
        Result.missed,
    )
    .outerjoin(Result, Result.attempt_id == Attempt.id)
    .where(Attempt.id == sa.bindparam("attempt"))
)
CHOICES = (
    sa.select(Choice.scenario, Choice.step, Choice.option)
    .where(Choice.attempt_id == sa.bindparam("attempt"))
    .order_by(Choice.seq)
)
REOPENED = sa.select(Reopened.clause).where(Reopened.attempt_id == sa.bindparam("attempt"))
UNLOCKS = sa.select(Unlock.unlocked_at).where(
    Unlock.person_id == sa.bindparam("person"),
    Unlock.policy == sa.bindparam("policy"),
    Unlock.major == sa.bindparam("major"),
)
APPROVED = (
    sa.select(
        Approval.id,
        Approval.scenario,
        Approval.digest,
        Approval.approved_at.label("at"),
        Approval.approved_by_name.label("by"),
    )
    .outerjoin(ApprovalEnd, ApprovalEnd.approval_id == Approval.id)
    .where(ApprovalEnd.approval_id.is_(None))
    .order_by(Approval.approved_at)
)
ANSWERED_FOR = APPROVED.with_only_columns(Approval.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a closed attempt."""

    closed_at: datetime
    score: int
    out_of: int
    passed: bool
    missed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One attempt with all that was drawn and chosen in it; `outcome` is None while it is open."""

    id: str
    person_id: str
    version_id: str
    course: Course
    n: int
    scope: Scope
    quiz_digest: str
    opened_at: datetime
    drawn: Drawn
    choices: tuple[Chosen, ...]
    outcome: Outcome | None
    remarks: tuple[Remark, ...] = ()  # what came of marking it again, the oldest first

    @property
    def standing(self) -> Outcome | None:
        """What counts now: the outcome, or what came of marking it again since."""
        if self.outcome is None or not self.remarks:
            return self.outcome
        last = self.remarks[-1]
        return Outcome(
            closed_at=self.outcome.closed_at,
            score=last.score,
            out_of=last.out_of,
            passed=last.passed,
            missed=last.missed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """A named person answers for a scenario, word for word."""

    id: str
    scenario: str
    digest: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A failed attempt: the clauses to open again before the next one."""

    attempt_id: str
    n: int
    closed_at: datetime
    missed: tuple[str, ...]


def passes(session: Session, *person_ids: str) -> list[Any]:
    """Return every pass of these people: attempt_id, person_id, policy, major, cycle, passed_at."""
    return list(rows(session, PASSES, people=person_ids))


def open_attempt(session: Session, person_id: str, *, course: Course) -> str | None:
    """Return the id of the attempt that is not finished yet, or None."""
    return next(iter(column(session, OPEN, **_keys(person_id, course))), None)


def latest_attempt(session: Session, person_id: str, *, course: Course) -> str | None:
    """Return the id of the last attempt of this course, open or closed, or None."""
    return next(iter(column(session, LATEST, **_keys(person_id, course))), None)


def count_attempts(session: Session, person_id: str, *, course: Course) -> int:
    """Return how many attempts of this course there are, the open one too."""
    return session.scalars(COUNT, _keys(person_id, course)).one()


def failures(session: Session, person_id: str, *, course: Course) -> tuple[Failure, ...]:
    """Return the failed attempts of this course, the oldest first."""
    return tuple(
        Failure(
            attempt_id=row.attempt_id,
            n=row.n,
            closed_at=row.closed_at,
            missed=tuple(json.loads(row.missed)),
        )
        for row in rows(session, FAILURES, **_keys(person_id, course))
    )


def get_attempt(session: Session, attempt_id: str, *, person_id: str) -> Try:
    """Return an attempt of this person; raises NotFound for anybody else's."""
    row = next(iter(rows(session, ONE, attempt=attempt_id)), None)
    if row is None or row.person_id != person_id:
        raise NotFound
    choices = rows(session, CHOICES, attempt=attempt_id)
    return Try(
        id=row.id,
        person_id=row.person_id,
        version_id=row.version_id,
        course=Course(policy=row.policy, major=row.major, cycle=row.cycle),
        n=row.n,
        scope=Scope(row.scope),
        quiz_digest=row.quiz_digest,
        opened_at=row.opened_at,
        drawn=unpack(row.drawn),
        choices=tuple(Chosen(scenario=c.scenario, step=c.step, option=c.option) for c in choices),
        outcome=_outcome(row),
        remarks=remarks(session, [attempt_id]).get(attempt_id, ()) if row.closed_at else (),
    )


def seen(session: Session, person_id: str, *, course: Course) -> frozenset[str]:
    """Return the ids of the scenarios that this person met in this course."""
    texts = column(session, DRAWN, **_keys(person_id, course))
    return frozenset(one for text in texts for one in unpack(text).ids)


def next_try(
    session: Session,
    person_id: str,
    *,
    course: Course,
    clauses: AbstractSet[str],
    patience: rules.Patience,
    now: datetime,
) -> rules.NextTry:
    """Return whether the next attempt may start; `clauses` are those there still are to open."""
    failed = failures(session, person_id, course=course)
    last = failed[-1] if failed else None
    known = reopened(session, last.attempt_id) if last else frozenset()
    return rules.next_try(
        [each.closed_at for each in failed],
        unlocks=unlocks(session, person_id, policy=course.policy, major=course.major),
        to_reopen=[each for each in (last.missed if last else ()) if each in clauses - known],
        patience=patience,
        now=now,
    )


def reopened(session: Session, attempt_id: str) -> frozenset[str]:
    """Return the missed clauses that were opened again after this attempt."""
    return frozenset(column(session, REOPENED, attempt=attempt_id))


def unlocks(session: Session, person_id: str, *, policy: str, major: int) -> tuple[datetime, ...]:
    """Return when somebody lifted this person's wait."""
    keys = {"person": person_id, "policy": policy, "major": major}
    return tuple(column(session, UNLOCKS, **keys))


def approved(session: Session) -> dict[str, Approved]:
    """Return the approvals that stand, by the digest of the words approved."""
    # A Row's documented view of its columns.
    return {row.digest: Approved(**row._mapping) for row in rows(session, APPROVED)}  # noqa: SLF001


def reviewed(session: Session) -> frozenset[str]:
    """Return the digests of the words for which somebody answers."""
    return frozenset(column(session, ANSWERED_FOR))


def _keys(person_id: str, course: Course) -> dict[str, Any]:
    return {
        "person": person_id,
        "policy": course.policy,
        "major": course.major,
        "cycle": course.cycle,
    }


def _outcome(row: Any) -> Outcome | None:
    if row.closed_at is None:
        return None
    return Outcome(
        closed_at=row.closed_at,
        score=row.score,
        out_of=row.out_of,
        passed=row.passed,
        missed=tuple(json.loads(row.missed)),
    )
