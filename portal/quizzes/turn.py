"""Whose turn it is: whether a tutor may start an attempt now, and what that attempt asks."""

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.errors import NotFound, Refusal
from portal.policies.actions import require_newest
from portal.policies.differences import differences
from portal.policies.models import Version
from portal.policies.queries import sections_opened
from portal.policies.text import Section, parse
from portal.quizzes import queries
from portal.quizzes.content import Quiz, Scenario, digest
from portal.quizzes.course import Course, Round, Scope, Terms
from portal.quizzes.drawing import Drawn, draw
from portal.quizzes.models import Attempt, Result
from portal.quizzes.passing import IS_PASS, PASSED_AT
from portal.quizzes.remarks import withdrawn_words
from portal.quizzes.rules import CannotDraw
from portal.quizzes.shelf import NoQuiz

PASSED = (
    sa.select(Attempt.version_id)
    .join(Result, Result.attempt_id == Attempt.id)
    .where(
        Attempt.person_id == sa.bindparam("person"),
        Attempt.policy == sa.bindparam("policy"),
        IS_PASS,
    )
    .order_by(PASSED_AT.desc())
    .limit(1)
)


class NotAllRead(Refusal):
    """The scenarios come after the text: a section of it was not opened yet."""

    code: ClassVar[str] = "sections-not-opened"


class NotYet(Refusal):
    """The next attempt has to wait: for missed clauses to be opened again, or for its hour."""

    code: ClassVar[str] = "attempt-not-yet"


class Passed(Refusal):
    """There is nothing left to pass."""

    code: ClassVar[str] = "quiz-passed-already"


class NotApproved(Refusal):
    """Too few scenarios have a named person who answers for them."""

    code: ClassVar[str] = "quiz-not-approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One tutor's wish to start an attempt."""

    person_id: str
    version: Version
    wanted: Round
    course: Course
    quiz: Quiz
    terms: Terms


def take(session: Session, turn: Turn, *, rng: random.Random, now: datetime) -> Drawn:
    """Return what the attempt asks when it may start now.

    Raises PolicyChanged, NotAllRead, Passed, NotYet, NoQuiz, NotApproved; NotFound for a cycle or
    a scope that is not this tutor's.
    """
    require_newest(session, turn.version)
    _require_read(session, turn)
    _require_course(session, turn)
    _require_waited(session, turn, now=now)
    return _draw(session, turn, rng=rng)


def unread(session: Session, person_id: str, *, version: Version) -> tuple[Section, ...]:
    """Return the sections of a version that this person has not opened yet."""
    opened = sections_opened(session, person_id, version_id=version.id)
    return tuple(each for each in parse(version.text).sections if each.number not in opened)


def _require_read(session: Session, turn: Turn) -> None:
    left = unread(session, turn.person_id, version=turn.version)
    if left:
        raise NotAllRead(
            f"Read section {left[0].number}, “{left[0].title}”, before the scenarios.",
            sections=[each.number for each in left],
        )


def _require_course(session: Session, turn: Turn) -> None:
    """Let a later cycle follow passed ones only, and ask less only of whoever passed before."""
    passed = queries.passes(session, turn.person_id)
    passed = [each for each in passed if each.policy == turn.course.policy]
    cycles = {each.cycle for each in passed if each.major == turn.course.major}
    if turn.course.cycle in cycles:
        raise Passed("You have passed these scenarios already. Go on and sign.")
    follows = turn.course.cycle >= 1 and cycles == set(range(1, turn.course.cycle))
    if not follows or (turn.wanted.scope is Scope.SHORT and not passed):
        raise NotFound


def _require_waited(session: Session, turn: Turn, *, now: datetime) -> None:
    answer = queries.next_try(
        session,
        turn.person_id,
        course=turn.course,
        clauses=parse(turn.version.text).clauses.keys(),
        patience=turn.terms.patience,
        now=now,
    )
    if answer.reopen:
        clauses = ", ".join(answer.reopen)
        raise NotYet(f"Open {clauses} again before the next try.", reopen=list(answer.reopen))
    if answer.until:
        raise NotYet("The next try has to wait.", until=answer.until.isoformat())


def _draw(session: Session, turn: Turn, *, rng: random.Random) -> Drawn:
    # Scenarios serve later majors too: publishing one refuses while they cite what is gone.
    if turn.quiz.policy != turn.course.policy or turn.quiz.major > turn.course.major:
        raise NoQuiz("There are no scenarios for this version yet. Ask HR when they will come.")
    failed = queries.failures(session, turn.person_id, course=turn.course)
    eligible = _eligible(session, turn)
    wish = turn.terms.wish(
        turn.wanted.scope,
        must_cover=_to_cover(session, turn, eligible),
        missed=failed[-1].missed if failed else (),
        seen=queries.seen(session, turn.person_id, course=turn.course),
    )
    try:
        lengths = parse(turn.version.text).lengths
        ids = {each.id for each in eligible}
        return draw(turn.quiz, wish, eligible=ids, lengths=lengths, rng=rng)
    except CannotDraw as error:
        raise NotApproved(
            "Too few scenarios are approved. The safeguarding lead has to approve more of them.",
            missing=str(error),
        ) from error


def _to_cover(session: Session, turn: Turn, eligible: Collection[Scenario]) -> frozenset[str]:
    """Return the clauses to test: in a short check what changed, as far as it can be asked."""
    if turn.wanted.scope is Scope.FULL:
        return frozenset(turn.quiz.must_cover)
    changed = turn.wanted.changed | _changed_since_passing(session, turn)
    asked = frozenset().union(*(each.clauses for each in eligible))
    return turn.quiz.critical | (changed & asked)


def _changed_since_passing(session: Session, turn: Turn) -> frozenset[str]:
    """Return the clauses that read otherwise than in the version passed last."""
    old = session.scalars(PASSED, {"person": turn.person_id, "policy": turn.course.policy}).one()
    before = parse(session.get_one(Version, old).text)
    changed = differences(before, parse(turn.version.text))
    return frozenset(id_ for each in changed for id_ in each.ids)


def _eligible(session: Session, turn: Turn) -> tuple[Scenario, ...]:
    """Return the scenarios that may be drawn: outside a demonstration, approved ones."""
    approved, wrong = queries.reviewed(session), withdrawn_words(session)
    words = {each: digest(each) for each in turn.quiz.scenarios}
    return tuple(
        each
        for each, told in words.items()
        if told not in wrong and (turn.terms.unreviewed or told in approved)
    )
