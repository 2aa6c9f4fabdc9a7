"""Whose turn it is: whether a tutor may start an attempt now, and what that attempt asks."""

import random
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from portal.errors import NotFound, Refusal
from portal.policies.actions import require_newest
from portal.policies.models import Version
from portal.policies.queries import sections_opened
from portal.policies.text import Section, parse
from portal.quizzes import queries
from portal.quizzes.content import Quiz, digest
from portal.quizzes.course import Course, Scope, Terms
from portal.quizzes.drawing import Drawn, draw
from portal.quizzes.remarks import withdrawn_words
from portal.quizzes.rules import CannotDraw
from portal.quizzes.shelf import NoQuiz


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
    scope: Scope
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
    if not follows or (turn.scope is Scope.SHORT and not passed):
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
    wish = turn.terms.wish(
        turn.scope,
        must_cover=turn.quiz.must_cover,
        missed=failed[-1].missed if failed else (),
        seen=queries.seen(session, turn.person_id, course=turn.course),
    )
    try:
        eligible, lengths = _eligible(session, turn), parse(turn.version.text).lengths
        return draw(turn.quiz, wish, eligible=eligible, lengths=lengths, rng=rng)
    except CannotDraw as error:
        raise NotApproved(
            "Too few scenarios are approved. The safeguarding lead has to approve more of them.",
            missing=str(error),
        ) from error


def _eligible(session: Session, turn: Turn) -> set[str]:
    """Return the ids of the scenarios that may be drawn: outside a demonstration, approved ones."""
    approved, wrong = queries.reviewed(session), withdrawn_words(session)
    words = {each.id: digest(each) for each in turn.quiz.scenarios}
    return {
        scenario
        for scenario, told in words.items()
        if told not in wrong and (turn.terms.unreviewed or told in approved)
    }
