"""What an author is writing: kept faults and all, and what is still in the way of publishing it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor, Role
from portal.db import rows
from portal.errors import Refusal
from portal.ledger.actions import note
from portal.policies.text import Document
from portal.quizzes import queries
from portal.quizzes.content import Quiz, digest
from portal.quizzes.course import Scope, Terms
from portal.quizzes.drawing import draw
from portal.quizzes.editions import publish_quiz
from portal.quizzes.loader import BadQuiz, Fault, read
from portal.quizzes.models import QuizDraft
from portal.quizzes.refusals import NotForYou
from portal.quizzes.remarks import withdrawn_words
from portal.quizzes.rules import CannotDraw
from portal.quizzes.shelf import NoQuiz, live
from portal.quizzes.taken import clashes, taken

BEGINNING = """\
# How to write scenarios: quizzes/README.md
policy = "{policy}"
major = 1
version = "1.0"
title = "Scenarios"
must_cover = []  # the clauses that every full try tests

[[scenarios]]
id = "A01"  # one that no other scenario has, of another policy neither
title = ""
form = "single"
situation = ""

[[scenarios.steps]]
id = "decide"
clauses = []  # by their ids
question = "What do you do?"

[[scenarios.steps.options]]
id = "a"
text = ""
right = true
outcome = ""
why = ""
clauses = []

[[scenarios.steps.options]]
id = "b"
text = ""
outcome = ""
why = ""
clauses = []
"""
WRITERS = (Role.AUTHOR, Role.SAFEGUARDING_LEAD)
DRAFT = sa.select(
    QuizDraft.n,
    QuizDraft.source,
    QuizDraft.saved_at.label("at"),
    QuizDraft.saved_by_name.label("by"),
).where(QuizDraft.policy == sa.bindparam("policy"))


class DraftMoved(Refusal):
    """Somebody saved in between: nothing is overwritten unseen."""

    code: ClassVar[str] = "draft-moved"


class NotReady(Refusal):
    """The quiz cannot go live like this; the sentence says what is missing."""

    code: ClassVar[str] = "quiz-not-ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The bytes as they were saved the n-th time; 0: nobody saved any, and these are live."""

    n: int
    source: bytes
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What can be told of a quiz file: the quiz, or every fault in it."""

    quiz: Quiz | None
    faults: tuple[Fault, ...]


def draft_of(session: Session, policy: str) -> Draft:
    """Return what is being written for a policy or, before anything is, what is live.

    Where there is neither, the first lines of a file. Raises NotFound.
    """
    for row in rows(session, DRAFT, policy=policy):
        return Draft(n=row.n, source=bytes(row.source), at=row.at, by=row.by)
    try:
        source = live(session, policy).source
    except NoQuiz:
        source = BEGINNING.format(policy=policy).encode()
    return Draft(n=0, source=source)


def save_draft(
    session: Session, policy: str, source: bytes, *, n: int, by: Actor, now: datetime
) -> None:
    """Keep what was written, faults and all, over what was saved the n-th time.

    Raises NotForYou but for an author and the safeguarding lead, and DraftMoved.
    """
    if not by.has(*WRITERS):
        raise NotForYou("Only an author or the safeguarding lead writes scenarios.")
    standing = draft_of(session, policy)
    if standing.n != n:
        raise DraftMoved(f"{standing.by} saved the scenarios in between.", policy=policy)
    row = {"n": n + 1, "source": source, "saved_at": now}
    row |= {"saved_by": by.id, "saved_by_name": by.name}
    if n:
        session.execute(sa.update(QuizDraft).where(QuizDraft.policy == policy).values(**row))
    else:
        session.execute(sa.insert(QuizDraft).values(policy=policy, **row))
    note(session, "quiz.drafted", by=by, subject=by.id, now=now, policy=policy, n=n + 1)


def check(session: Session, source: bytes, *, policy: str, text: Document) -> Checked:
    """Return the quiz in these bytes, or every fault; `text` is the policy's, of its major."""
    found = _checked(source, policy, text.major, frozenset(text.clauses))
    if found.quiz is None:
        return found
    others = taken(session, policy)
    faults = tuple(clashes(found.quiz, source, name=f"{policy}.toml", others=others))
    return Checked(quiz=None, faults=faults) if faults else found


@lru_cache(maxsize=8)  # a page that shows a draft and the change that follows read the same bytes
def _checked(source: bytes, policy: str, major: int, clauses: frozenset[str]) -> Checked:
    name = f"{policy}.toml"
    try:
        quiz = read(source, name=name, clauses=clauses)
    except BadQuiz as bad:
        return Checked(quiz=None, faults=bad.faults)
    if quiz.policy != policy:
        reason = f"this is the quiz of {policy}, not of {quiz.policy}"
    elif quiz.major not in (major, major + 1):  # the next one may be prepared
        reason = f"the policy has no version {quiz.major}"
    else:
        return Checked(quiz=quiz, faults=())
    return Checked(quiz=None, faults=(Fault(file=name, line=1, place="", reason=reason),))


def obstacles(session: Session, quiz: Quiz, *, text: Document, terms: Terms) -> tuple[str, ...]:
    """Return, in sentences, what keeps this quiz from going live; nothing: it may."""
    approved, wrong = queries.reviewed(session), withdrawn_words(session)
    words = {each: digest(each) for each in quiz.scenarios}
    eligible = [each for each, told in words.items() if told in approved and told not in wrong]
    tested = frozenset().union(*(each.clauses for each in eligible))
    if missing := [clause for clause in quiz.must_cover if clause not in tested]:
        return (f"No approved scenario tests {', '.join(missing)}.",)
    return tuple(_undrawable(quiz, {each.id for each in eligible}, text, terms))


def publish_draft(
    session: Session,
    policy: str,
    *,
    n: int,
    text: Document,
    terms: Terms,
    by: Actor,
    now: datetime,
) -> Quiz:
    """Make the draft as it was shown live, and put it away.

    Raises NotForYou but for the safeguarding lead, DraftMoved and NotReady.
    """
    draft = draft_of(session, policy)
    if draft.n != n or not n:
        raise DraftMoved("The draft is another one by now. Look at it again.", policy=policy)
    quiz = go_live(session, draft.source, policy=policy, text=text, terms=terms, by=by, now=now)
    session.execute(sa.delete(QuizDraft).where(QuizDraft.policy == policy))
    return quiz


def go_live(
    session: Session,
    source: bytes,
    *,
    policy: str,
    text: Document,
    terms: Terms,
    by: Actor,
    now: datetime,
) -> Quiz:
    """Publish these bytes. Raises NotForYou but for the safeguarding lead, and NotReady."""
    checked = check(session, source, policy=policy, text=text)
    if checked.quiz is None:
        raise NotReady("; ".join(map(str, checked.faults)), policy=policy)
    if missing := obstacles(session, checked.quiz, text=text, terms=terms):
        raise NotReady(f"Nothing was published. {' '.join(missing)}", policy=policy)
    publish_quiz(session, checked.quiz, source=source, by=by, now=now)
    return checked.quiz


def _undrawable(quiz: Quiz, eligible: set[str], text: Document, terms: Terms) -> Iterator[str]:
    """Yield why no full attempt can be drawn from what is approved."""
    wish = terms.wish(Scope.FULL, must_cover=quiz.must_cover)
    try:
        draw(quiz, wish, eligible=eligible, lengths=text.lengths, rng=random.Random(1))  # noqa: S311 - a draw, not a secret
    except CannotDraw as error:
        yield f"Too few scenarios are approved. {error}"
