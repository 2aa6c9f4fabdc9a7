"""Withdraw a question as wrong, and mark again every finished attempt that asked it.

The old results stay. Whoever passed has passed; whoever failed only because of the question has
passed from the moment of marking again, unless a later try of the same round failed by itself.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.db import new_id, rows
from portal.ledger.actions import note
from portal.ledger.kept import keep
from portal.outbox.actions import queue
from portal.quizzes import queries
from portal.quizzes.marking import Marked
from portal.quizzes.models import ApprovalEnd, Attempt, Choice, Remarked, Remarking, Result
from portal.quizzes.queries import Try, get_attempt
from portal.quizzes.refusals import NotForYou
from portal.quizzes.remarks import Remark, Withdrawn, mark_without, withdrawn, withdrawn_words

_ASKED = sa.select(Choice.attempt_id).where(Choice.scenario == sa.bindparam("scenario"))
ASKING = (
    sa.select(Attempt.id, Attempt.person_id)
    .join(Result, Result.attempt_id == Attempt.id)
    .where(Attempt.id.in_(_ASKED), Attempt.drawn.contains(sa.bindparam("digest")))
    .order_by(Attempt.opened_at.desc())
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """One finished attempt as it would come out without the question."""

    tried: Try
    marked: Marked

    @property
    def turns(self) -> bool:
        """Whether what is left of a failed attempt is a pass."""
        return self.marked.passed and not _passed(self.tried)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The very words of a scenario, and the terms on which attempts are marked without it."""

    scenario: str
    digest: str
    must_cover: tuple[str, ...]
    pass_percent: int


def affected(session: Session, question: Question) -> tuple[Again, ...]:
    """Return the finished attempts that asked this, newest first, each as it would come out."""
    words = {"scenario": question.scenario, "digest": question.digest}
    tries = (
        get_attempt(session, row.id, person_id=row.person_id)
        for row in rows(session, ASKING, **words)
    )
    return tuple(
        Again(tried=tried, marked=_mark(tried, question, gone=_gone(tried) | {question.digest}))
        for tried in tries
    )


def withdraw_question(
    session: Session, question: Question, *, reason: str, by: Actor, now: datetime
) -> tuple[Try, ...]:
    """Withdraw these very words and mark again; return the tries that became passes.

    Withdrawn once, nothing more happens. Raises NotForYou but for the safeguarding lead.
    """
    if not by.has(Role.SAFEGUARDING_LEAD):
        raise NotForYou("Only the safeguarding lead withdraws a question.")
    if question.digest in withdrawn_words(session):
        return ()
    again = affected(session, question)
    remarking_id = _insert(session, question, reason=reason, by=by, now=now)
    told = {"remarking_id": remarking_id, "scenario": question.scenario}
    return tuple(each.tried for each in again if _keep(session, each, **told, by=by, now=now))


def catch_up(session: Session, tried: Try, *, by: Actor, now: datetime) -> bool:
    """Mark an attempt that was just closed again without what was withdrawn while it ran.

    Return whether that made it a pass.
    """
    asked, became = {one.digest for one in tried.drawn.asked}, False
    for each in (each for each in withdrawn(session) if each.digest in asked):
        tried = get_attempt(session, tried.id, person_id=tried.person_id)
        marked = _mark(tried, each, gone=_gone(tried) | {each.digest})
        told = {"remarking_id": each.id, "scenario": each.scenario}
        again = Again(tried=tried, marked=marked)
        became = _keep(session, again, **told, by=by, now=now) or became
    return became


def remark_faults(tried: Try) -> Iterator[str]:
    """Yield each field of a re-marking that is not what the frozen copy and the choices come to."""
    gone, passed = set[str](), bool(tried.outcome and tried.outcome.passed)
    for each in tried.remarks:
        gone.add(each.digest)
        marked = _mark(tried, each, gone=gone)
        pairs = (
            ("score", each.score, marked.score),
            ("out_of", each.out_of, marked.out_of),
            ("missed", each.missed, marked.missed_clauses),
        )
        yield from (name for name, stored, reckoned in pairs if stored != reckoned)
        # A later failure may keep an attempt from becoming a pass; nothing else makes it one.
        if (passed and not each.passed) or (each.passed and not (passed or marked.passed)):
            yield "passed"
        passed = each.passed


def _mark(tried: Try, terms: Question | Withdrawn | Remark, *, gone: Collection[str]) -> Marked:
    return mark_without(
        tried.drawn,
        tried.choices,
        withdrawn=gone,
        must_cover=terms.must_cover,
        pass_percent=terms.pass_percent,
    )


def _gone(tried: Try) -> set[str]:
    return {each.digest for each in tried.remarks}


def _insert(session: Session, question: Question, *, reason: str, by: Actor, now: datetime) -> str:
    remarking_id = new_id()
    told = {"scenario": question.scenario, "digest": question.digest, "reason": reason}
    must_cover = json.dumps(sorted(question.must_cover))
    terms = {"pass_percent": question.pass_percent, "must_cover": must_cover}
    made = {"made_at": now, "made_by": by.id, "made_by_name": by.name}
    keep(session, Remarking, {"id": remarking_id, **told, **terms, **made})
    standing = queries.approved(session).get(question.digest)
    if standing:
        end = {"approval_id": standing.id, "ends_at": now, "ended_by": by.id, "reason": reason}
        keep(session, ApprovalEnd, end)
    note(session, "question.withdrawn", by=by, subject=remarking_id, now=now, **told)
    return remarking_id


def _keep(
    session: Session, again: Again, *, remarking_id: str, scenario: str, by: Actor, now: datetime
) -> bool:
    """Keep what came of marking again; return whether it made the attempt a pass."""
    tried, marked = again.tried, again.marked
    turns = again.turns and not _failed_later(session, tried)
    score = {"score": marked.score, "out_of": marked.out_of, "passed": turns or _passed(tried)}
    row = {"remarking_id": remarking_id, "attempt_id": tried.id, "marked_at": now, **score}
    keep(session, Remarked, {**row, "missed": json.dumps(marked.missed_clauses)})
    facts = {"attempt": tried.id, "n": tried.n, "policy": tried.course.policy, **score}
    facts |= {"without": scenario, "became_pass": turns}
    note(session, "attempt.remarked", by=by, subject=tried.person_id, now=now, **facts)
    if turns:
        key = f"quiz-remarked {tried.id}"
        queue(session, "quiz-remarked", key=key, payload={"attempt": tried.id}, now=now)
    return turns


def _failed_later(session: Session, tried: Try) -> bool:
    failed = queries.failures(session, tried.person_id, course=tried.course)
    return any(each.n > tried.n for each in failed)


def _passed(tried: Try) -> bool:
    return bool(tried.standing and tried.standing.passed)
