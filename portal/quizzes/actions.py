"""Open an attempt, choose, open missed clauses again, lift a wait; answer for a scenario."""

import json
import random
from collections.abc import Collection
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.db import new_id
from portal.errors import NotFound, Refusal
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.outbox.actions import queue
from portal.people.queries import get_person
from portal.policies.models import Version
from portal.quizzes import queries
from portal.quizzes.content import Quiz
from portal.quizzes.course import Course, Round, Terms
from portal.quizzes.drawing import Drawn, pack
from portal.quizzes.marking import BadChoice, chosen, mark, replay
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
from portal.quizzes.queries import Try, get_attempt
from portal.quizzes.refusals import NotForYou
from portal.quizzes.remarking import catch_up
from portal.quizzes.remarks import withdrawn_words
from portal.quizzes.turn import Turn, take


class OutOfStep(Refusal):
    """The choice is not for the step at which the attempt is: another tab was faster."""

    code: ClassVar[str] = "out-of-step"
    template: ClassVar[str] = "quizzes/out_of_step.html"


class WordsWithdrawn(Refusal):
    """These words were withdrawn as wrong: nobody answers for them again."""

    code: ClassVar[str] = "words-withdrawn"


def open_attempt(
    session: Session,
    person_id: str,
    *,
    version: Version,
    wanted: Round,
    quiz: Quiz,
    terms: Terms,
    rng: random.Random,
    by: Actor,
    now: datetime,
) -> str:
    """Open an attempt, or find the one that is open; return its id.

    `version` is as stored, `quiz` the one that is live. Raises what `turn.take` raises.
    """
    course = Course(policy=version.policy, major=version.major, cycle=wanted.cycle)
    if running := queries.open_attempt(session, person_id, course=course):
        return running
    turn = Turn(
        person_id=person_id,
        version=version,
        wanted=wanted,
        course=course,
        quiz=quiz,
        terms=terms,
    )
    drawn = take(session, turn, rng=rng, now=now)
    return _insert(session, turn, drawn=drawn, by=by, now=now)


def choose(
    session: Session,
    attempt_id: str,
    *,
    seq: int,
    option: str,
    terms: Terms,
    by: Actor,
    now: datetime,
) -> None:
    """Take an option, by its number as shown, at step number `seq`; the last one closes and marks.

    Several numbers are apart by spaces: all that fit, or the order in which things are done.
    The same choice sent again changes nothing. Raises NotFound for somebody else's attempt and
    OutOfStep for any other step.
    """
    tried = get_attempt(session, attempt_id, person_id=by.id)
    answers = replay(tried.drawn, tried.choices)
    if 1 <= seq <= len(tried.choices):
        _require_same(tried, seq=seq, option=option)
        return
    if answers.next is None or seq != len(tried.choices) + 1:
        raise _out_of_step(tried)
    try:
        choice = chosen(answers.next, option)
    except BadChoice as error:
        raise _out_of_step(tried) from error
    _keep(session, tried, choice=choice, seq=seq, by=by, now=now)
    choices = (*tried.choices, choice)
    if replay(tried.drawn, choices).next is None:
        _close(session, tried, choices=choices, terms=terms, by=by, now=now)


def reopen(
    session: Session, attempt_id: str, *, clauses: Collection[str], by: Actor, now: datetime
) -> None:
    """Record that missed clauses were opened again after a failed attempt; others are passed over.

    Raises NotFound for somebody else's attempt.
    """
    tried = get_attempt(session, attempt_id, person_id=by.id)
    missed = tried.standing.missed if tried.standing else ()
    fresh = sorted(set(missed) & set(clauses) - queries.reopened(session, attempt_id))
    if not fresh:
        return
    rows = [{"attempt_id": attempt_id, "clause": each, "opened_at": now} for each in fresh]
    keep(session, Reopened, *rows)
    told = {"attempt": attempt_id, "clauses": fresh}
    note(session, "clauses.reopened", by=by, subject=by.id, now=now, **told)


def unlock(
    session: Session,
    person_id: str,
    *,
    policy: str,
    major: int,
    reason: str,
    by: Actor,
    now: datetime,
) -> None:
    """Lift the wait of a tutor whom `by` manages; HR may for all. Raises NotFound, NotForYou."""
    if by.id == person_id or not by.has(Role.MANAGER, Role.HR):
        raise NotForYou("Only the learning manager, the deputy or HR can lift a wait.")
    get_person(session, person_id, seen_by=by, now=now)
    row = {"id": new_id(), "person_id": person_id, "policy": policy, "major": major}
    # Words go to the ledger only: from there they can be erased.
    keep(session, Unlock, {**row, "unlocked_at": now, "unlocked_by": by.id, "note": ""})
    told = {"policy": policy, "major": major, "reason": reason}
    note(session, "quiz.unlocked", by=by, subject=person_id, now=now, **told)


def approve(session: Session, scenario: str, *, digest: str, by: Actor, now: datetime) -> None:
    """Answer by name for a scenario, word for word; raises NotForYou but for the lead.

    Raises WordsWithdrawn for words that were withdrawn as wrong.
    """
    _require_lead(by)
    if digest in withdrawn_words(session):
        raise WordsWithdrawn("These words were withdrawn as wrong. Change them, then approve them.")
    if digest in queries.approved(session):
        return
    approval_id = new_id()
    row = {"id": approval_id, "scenario": scenario, "digest": digest, "approved_at": now}
    person = {"approved_by": by.id, "approved_by_name": by.name}
    keep(session, Approval, {**row, **person})
    told = {"scenario": scenario, "digest": digest}
    note(session, "scenario.approved", by=by, subject=approval_id, now=now, **told)


def withdraw(
    session: Session, scenario: str, *, by: Actor, now: datetime, reason: str = ""
) -> None:
    """Take the approval of a scenario back: it is not drawn from now on. Raises NotFound."""
    _require_lead(by)
    standing = [one for one in queries.approved(session).values() if one.scenario == scenario]
    if not standing:
        raise NotFound
    rows = [{"approval_id": one.id, "ends_at": now, "ended_by": by.id} for one in standing]
    keep(session, ApprovalEnd, *({**row, "reason": reason} for row in rows))
    told = {"scenario": scenario, "reason": reason}
    note(session, "approval.withdrawn", by=by, subject=standing[0].id, now=now, **told)


def _require_lead(by: Actor) -> None:
    if not by.has(Role.SAFEGUARDING_LEAD):
        raise NotForYou("Only the safeguarding lead answers for scenarios.")


def _insert(session: Session, turn: Turn, *, drawn: Drawn, by: Actor, now: datetime) -> str:
    course, person_id, attempt_id = turn.course, turn.person_id, new_id()
    n = 1 + queries.count_attempts(session, person_id, course=course)
    told = {"policy": course.policy, "major": course.major, "cycle": course.cycle, "n": n}
    told |= {"scope": turn.wanted.scope.value, "quiz_digest": drawn.digest}
    row = {"id": attempt_id, "person_id": person_id, "version_id": turn.version.id, **told}
    keep(session, Attempt, {**row, "drawn": pack(drawn), "opened_at": now})
    facts = {"attempt": attempt_id, "scenarios": list(drawn.ids), **told}
    note(session, "attempt.opened", by=by, subject=person_id, now=now, **facts)
    return attempt_id


def _require_same(tried: Try, *, seq: int, option: str) -> None:
    """Raise OutOfStep unless this very choice was made at that step before."""
    answer = replay(tried.drawn, tried.choices).answers[seq - 1]
    try:
        same = chosen(answer.place, option) == answer.choice
    except BadChoice:
        same = False
    if not same:
        raise _out_of_step(tried)


def _out_of_step(tried: Try) -> OutOfStep:
    refusal = OutOfStep(
        "That step was answered already, in another tab or on another device.",
        attempt=tried.id,
        answered=len(tried.choices),
    )
    here = replay(tried.drawn, tried.choices).next
    at = {"number": here.number, "count": here.count} if here else {"number": 0, "count": 0}
    refusal.shown = {"attempt_id": tried.id, **at}
    return refusal


def _keep(
    session: Session, tried: Try, *, choice: Chosen, seq: int, by: Actor, now: datetime
) -> None:
    told = {"scenario": choice.scenario, "step": choice.step, "option": choice.option}
    row = {"attempt_id": tried.id, "seq": seq, **told, "chosen_at": now}
    keep(session, Choice, row)
    facts = {"attempt": tried.id, "number": seq, **told}
    note(session, "choice.made", by=by, subject=tried.person_id, now=now, **facts)


def _close(
    session: Session,
    tried: Try,
    *,
    choices: Collection[Chosen],
    terms: Terms,
    by: Actor,
    now: datetime,
) -> None:
    marked = mark(tried.drawn, choices, pass_percent=terms.pass_percent)
    score = {"score": marked.score, "out_of": marked.out_of}
    row = {**score, "passed": marked.passed, "missed": json.dumps(marked.missed_clauses)}
    keep(session, Result, {"attempt_id": tried.id, "closed_at": now, **row})
    kind = "attempt.passed" if marked.passed else "attempt.failed"
    facts = {"attempt": tried.id, "n": tried.n, "policy": tried.course.policy, **score}
    facts |= {"missed": marked.missed_clauses, "critical": marked.critical_missed}
    note(session, kind, by=by, subject=tried.person_id, now=now, **facts)
    passed = catch_up(session, tried, by=by, now=now) or marked.passed
    if not passed and tried.n >= terms.patience.failures:
        key = f"quiz-failed {tried.id}"
        queue(session, "quiz-failed", key=key, payload={"attempt": tried.id}, now=now)
