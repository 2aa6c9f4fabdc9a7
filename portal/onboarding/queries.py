"""The tutor's way: which version to sign, how far it is done, what comes next.

Whether something is needed is the rule's answer alone; this only looks up how far the tutor is.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.acknowledgements.queries import held
from portal.acknowledgements.rules import cycle
from portal.clearance.due import Due, due
from portal.clearance.queries import answer, standing
from portal.clearance.rules import NOTHING_IN_FORCE, Decision, Standing, signatures
from portal.clearance.suspending import Ask, whom_to_ask
from portal.config import Settings
from portal.people.models import Person
from portal.people.queries import ToRing, to_ring
from portal.policies.models import Version
from portal.policies.queries import get_version, sections_opened
from portal.policies.reading import minutes, words_left
from portal.policies.text import parse
from portal.quizzes import queries as quizzes
from portal.quizzes import stage
from portal.quizzes.course import Course, Scope, Terms
from portal.quizzes.marking import replay
from portal.quizzes.shelf import NoQuiz, usual_words

CONFIRMED = sa.select(Person.confirmed_at).where(Person.id == sa.bindparam("person"))
DETAILS_WORDS, SIGNING_WORDS = 75, 150  # what there is to read and type on those pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How far the scenarios of one course are."""

    passed: bool = False
    attempt_id: str = ""  # of the latest attempt, "" before the first
    number: int = 0  # of the scenario to answer next, 0 when none is open
    count: int
    until: datetime | None = None  # when the next attempt may start, None for at once
    words: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One policy that is due: the version to sign, and how far the tutor is with it."""

    policy: str
    title: str
    label: str
    since: str  # the version signed last, "" when that is this one or there is none
    course: Course
    scope: Scope
    effective_at: datetime
    deadline: datetime | None  # from when it blocks; None: it blocks already
    sections: int
    opened: int
    to_read: int  # the first section that was not opened, 0 when all were
    trial: Trial
    words: int

    @property
    def steps(self) -> int:
        """How many steps are left: reading, scenarios, signing."""
        return 1 + bool(self.to_read) + (not self.trial.passed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where one tutor stands, what is due, whom to ring."""

    decision: Decision  # veiled where it must be
    confirmed: bool
    legs: tuple[Leg, ...]
    held: tuple[Any, ...]  # acknowledgements that count now
    titles: dict[str, str]  # of the policies, by name
    contacts: tuple[ToRing, ...]
    ask: Ask | None  # about a suspension, once HR has let the tutor know

    @property
    def stopped(self) -> bool:
        """Whether something about the tutor, not about a policy, keeps them from teaching."""
        return any(
            block.about is None and block.code != NOTHING_IN_FORCE.code
            for block in self.decision.blocks
        )

    @property
    def steps(self) -> int:
        """How many steps come before teaching or, for who can teach, before nothing is due."""
        return sum(leg.steps for leg in self._first) + (not self.confirmed)

    @property
    def minutes(self) -> int:
        """How long these steps take, in minutes."""
        details = 0 if self.confirmed else DETAILS_WORDS
        return minutes(details + sum(leg.words for leg in self._first))

    @property
    def _first(self) -> tuple[Leg, ...]:
        """What keeps from teaching already; where nothing does, all that is due."""
        return tuple(leg for leg in self.legs if not leg.deadline) or self.legs


def way(
    session: Session, person_id: str, *, seen_by: Actor, settings: Settings, now: datetime
) -> Way:
    """Return the way of one tutor, as this reader may see it."""
    known = standing(session, person_id)
    ahead = due(known, at=now, opens_days=settings.renewal_opens_days)
    terms = Terms.of(settings)
    counting = {one for each in known.requirements for one in _signed(known, each.policy, now=now)}
    return Way(
        decision=answer(known, of=person_id, at=now, seen_by=seen_by),
        confirmed=session.scalar(CONFIRMED, {"person": person_id}) is not None,
        legs=tuple(_leg(session, person_id, known, each, terms=terms, now=now) for each in ahead),
        held=_held(session, person_id, counting) if counting else (),
        titles={each.policy: each.title for each in known.requirements},
        contacts=to_ring(session, person_id, now=now),
        ask=whom_to_ask(session, person_id) if known.releases else None,
    )


def _held(session: Session, person_id: str, counting: Collection[str]) -> tuple[Any, ...]:
    return tuple(each for each in held(session, person_id) if each.id in counting)


def _leg(
    session: Session, person_id: str, known: Standing, what: Due, *, terms: Terms, now: datetime
) -> Leg:
    version = get_version(session, what.about.policy, what.about.version)
    course = _course(known, version)
    scope = Scope.SHORT if _signed(known, version.policy, now=now) else Scope.FULL
    document = parse(version.text)
    opened = sections_opened(session, person_id, version_id=version.id)
    left = [each.number for each in document.sections if each.number not in opened]
    trial = _trial(session, person_id, course, size=terms.usual(scope), terms=terms, now=now)
    return Leg(
        policy=version.policy,
        title=what.about.title,
        label=what.about.version,
        since=_signed_last(known, version),
        course=course,
        scope=scope,
        effective_at=version.effective_at,
        deadline=what.deadline,
        sections=len(document.sections),
        opened=len(document.sections) - len(left),
        to_read=min(left, default=0),
        trial=trial,
        words=words_left(document, opened=opened) + trial.words + SIGNING_WORDS,
    )


def _course(known: Standing, version: Version) -> Course:
    name, major = version.policy, version.major
    turn = cycle(known.acknowledgements, policy=name, major=major)
    return Course(policy=name, major=major, cycle=turn)


def _signed_last(known: Standing, version: Version) -> str:
    """Return the version of this policy that the tutor signed last, "" if it is this one."""
    signed = [each for each in known.acknowledgements if each.policy == version.policy]
    last = max(signed, key=lambda each: each.signed_at, default=None)
    if last is None or last.number == (version.major, version.minor):
        return ""
    return f"{last.major}.{last.minor}"


def _signed(known: Standing, policy: str, *, now: datetime) -> tuple[str, ...]:
    """Return the ids of the signatures of this policy that count now."""
    return tuple(
        signature.id
        for each in known.requirements
        if each.policy == policy
        for signature in signatures(known, each, at=now)
        if signature.counts(now)
    )


def _trial(
    session: Session, person_id: str, course: Course, *, size: int, terms: Terms, now: datetime
) -> Trial:
    """Return how far the scenarios are; someone who passed has nothing left to read there."""
    latest = quizzes.latest_attempt(session, person_id, course=course)
    if latest is None:
        return Trial(count=size, words=_usual_words(session, course, size=size))
    tried = quizzes.get_attempt(session, latest, person_id=person_id)
    count = len(tried.drawn.asked)
    if tried.standing and tried.standing.passed:
        return Trial(passed=True, attempt_id=latest, count=count)
    if here := replay(tried.drawn, tried.choices).next:
        words = stage.words_left(tried)
        return Trial(attempt_id=latest, number=here.number, count=count, words=words)
    turn = quizzes.next_try(
        session, person_id, course=course, clauses=frozenset(), patience=terms.patience, now=now
    )
    words = _usual_words(session, course, size=size)
    return Trial(attempt_id=latest, count=count, until=turn.until, words=words)


def _usual_words(session: Session, course: Course, *, size: int) -> int:
    with suppress(NoQuiz):  # it is missing or cannot be read: its own page says so
        return usual_words(session, course.policy, major=course.major, size=size)
    return 0
