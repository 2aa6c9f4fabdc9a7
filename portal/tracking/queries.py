"""The learning manager's table: every answer is the rule's; nothing here restates a condition."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.access import Actor
from portal.acknowledgements.declining import Declined, declined
from portal.acknowledgements.queries import held
from portal.acknowledgements.rules import cycle
from portal.clearance.due import State, due, state
from portal.clearance.queries import answer, engagements, may_know, standings
from portal.clearance.rules import Block, Decision, Standing, Step, judged
from portal.config import Settings
from portal.ledger.queries import about
from portal.people.models import Person
from portal.people.queries import ToRing, to_ring, tutors
from portal.people.reasons import reasons
from portal.quizzes.course import Course, Terms
from portal.quizzes.queries import next_try
from portal.quizzes.remarks import Remark
from portal.quizzes.way import tries_of
from portal.scheduling.queries import Coming, coming
from portal.tracking.words import SILENT, Told, reasons_of, told

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One tutor in the table."""

    id: str
    name: str
    state: State
    decision: Decision
    next_step: Step | None
    deadline: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRisk:
    """A lesson whose tutor is not cleared at its time, and the first reason."""

    lesson: Coming
    block: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All tutors of one reader: the rows asked for, the counts of all, the lessons at risk."""

    rows: tuple[Row, ...]
    counts: dict[State, int]
    at_risk: tuple[AtRisk, ...]
    declined: tuple[Declined, ...]  # whoever does not want to sign, and has not since

    @property
    def tutors(self) -> int:
        """How many tutors there are; whoever has left is not one of them."""
        return sum(self.counts.values()) - self.counts[State.LEFT]

    @property
    def can_teach(self) -> int:
        """How many of them may teach now."""
        return self.counts[State.CLEARED] + self.counts[State.DUE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """After several failures the next try waits until then, unless somebody lifts that."""

    policy: str
    title: str
    major: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything about one tutor that this reader may see."""

    row: Row
    email: str
    phone: str
    contacts: tuple[ToRing, ...]
    lessons: tuple[Coming, ...]
    signed: tuple[Any, ...]  # rows of acknowledgements.queries.held
    engagements: frozenset[str]  # those that run now, by id
    titles: dict[str, str]  # of the policies that are required
    waits: tuple[Waiting, ...]
    declined: tuple[Declined, ...]
    tries: tuple[tuple[Any, tuple[Remark, ...]], ...]  # as quizzes.way.tries_of tells them
    happened: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows to show: part of a name, one state; empty for all but those who have left."""

    name: str = ""
    state: str = ""

    def takes(self, row: Row) -> bool:
        """Whether this row is asked for."""
        named = self.name.casefold() in row.name.casefold()
        here = not self.state and row.state is not State.LEFT
        return named and (here or self.state == row.state)


def board(
    session: Session, *, wanted: Wanted, opens_days: int, seen_by: Actor, now: datetime
) -> Board:
    """Return the table of the tutors this reader may see."""
    people = dict(tutors(session, seen_by=seen_by, now=now))
    known = standings(session, people)
    rows = [
        row(person, people[person], known[person], opens_days=opens_days, seen_by=seen_by, now=now)
        for person in people
    ]
    lessons = coming(session, seen_by=seen_by, now=now, until=now + WEEK)
    return Board(
        rows=tuple(each for each in rows if wanted.takes(each)),
        counts={one: Counter(each.state for each in rows)[one] for one in State},
        at_risk=at_risk(lessons, known, seen_by=seen_by),
        declined=declined(session, people),
    )


def page_of(
    session: Session, person: Person, *, settings: Settings, seen_by: Actor, now: datetime
) -> Page:
    """Return one tutor's page; the caller has made sure that the reader may see them."""
    known = standings(session, [person.id])[person.id]
    lessons = coming(session, seen_by=seen_by, now=now, tutor_id=person.id)
    entries = about(session, person.id, without=SILENT)
    days, knows = settings.renewal_opens_days, may_know(seen_by, of=person.id)
    why = reasons(session, reasons_of(entries)) if knows else {}
    return Page(
        row=row(person.id, person.name, known, opens_days=days, seen_by=seen_by, now=now),
        email=person.email,
        phone=person.phone,
        contacts=to_ring(session, person.id, now=now),
        lessons=tuple(lessons),
        signed=tuple(held(session, person.id)),
        engagements=engagements(known, at=now),
        titles={each.policy: each.title for each in known.requirements},
        waits=tuple(_waits(session, person.id, known, settings=settings, now=now)),
        declined=declined(session, [person.id]),
        tries=tuple(tries_of(session, person.id)),
        happened=tuple(told(entries, knows_all=knows, why=why, zone=settings.zone)),
    )


def _waits(
    session: Session, person_id: str, known: Standing, *, settings: Settings, now: datetime
) -> Iterator[Waiting]:
    patience = Terms.of(settings).patience
    for name, major, title in _to_sign(known, now=now):
        turn = cycle(known.acknowledgements, policy=name, major=major)
        course = Course(policy=name, major=major, cycle=turn)
        answer = next_try(
            session, person_id, course=course, clauses=frozenset(), patience=patience, now=now
        )
        if answer.until:
            yield Waiting(policy=name, title=title, major=major, until=answer.until)


def _to_sign(known: Standing, *, now: datetime) -> Iterator[tuple[str, int, str]]:
    for case in judged(known, at=now):
        if case.to_sign:
            yield case.requirement.policy, case.to_sign.major, case.requirement.title


def row(
    person_id: str, name: str, known: Standing, *, opens_days: int, seen_by: Actor, now: datetime
) -> Row:
    """Return one tutor's line as this reader may see it."""
    decision = answer(known, of=person_id, at=now, seen_by=seen_by)
    ahead = due(known, at=now, opens_days=opens_days)
    first = ahead[0] if ahead and decision.cleared else None
    return Row(
        id=person_id,
        name=name,
        state=state(known, at=now, opens_days=opens_days),
        decision=decision,
        next_step=first.step if first else decision.next_step,
        deadline=first.deadline if first else None,
    )


def at_risk(
    lessons: list[Coming], known: dict[str, Standing], *, seen_by: Actor
) -> tuple[AtRisk, ...]:
    """Return the lessons whose tutor is not cleared at their time."""
    asked = (
        (lesson, _then(lesson, known[lesson.tutor_id], seen_by=seen_by))
        for lesson in lessons
        if lesson.tutor_id in known
    )
    return tuple(
        AtRisk(lesson=lesson, block=decision.blocks[0])
        for lesson, decision in asked
        if decision.blocks
    )


def _then(lesson: Coming, known: Standing, *, seen_by: Actor) -> Decision:
    return answer(known, of=lesson.tutor_id, at=lesson.starts_at, seen_by=seen_by)
