"""A company in which anything may happen, and what an onlooker wrote down of it.

The onlooker notes what was done and when, and never looks at what the portal made of it. So the
slow reading of the rule, asked about the notes, is a second opinion on all that the portal stored.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal import clock
from portal.access import SYSTEM, Actor, Role
from portal.clearance.models import Waiver
from portal.clearance.rules import Standing, Waived
from portal.db import Base, Database
from portal.errors import Refusal
from portal.ledger.kept import EVIDENCE
from portal.people.rules import Period
from portal.policies.rules import Enforcement, Requirement, Version
from portal.policies.text import digest
from portal.quizzes.shelf import live_quiz
from tests.acknowledgements.tutors import Tutor
from tests.factories import (
    POLICY,
    TERMS,
    add_managed_team,
    add_somebody,
    add_tutor,
    as_person,
    renumbered,
    set_contacts,
)

START = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
NAMES = ("Priya Nair", "Wren Ashby")
GRACE = 14  # days
EASY = replace(TERMS, scenarios=2, walks=0)


@dataclass(kw_only=True)
class World:
    """The portal, who acts in it, what time it is, and the notes: a standing for each tutor."""

    app: Flask
    now: datetime = START
    tutors: list[Tutor] = field(default_factory=list)
    notes: dict[str, Standing] = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)
    words: list[Enforcement] = field(default_factory=list)
    leaving: list[tuple[datetime, Tutor]] = field(default_factory=list)
    refused: Refusal | None = None
    hr: Actor = SYSTEM
    stranger: Actor = SYSTEM

    @property
    def db(self) -> Database:
        return self.app.extensions["db"]

    @property
    def manager(self) -> Actor:
        return as_person(self.tutors[0].manager_id, Role.MANAGER)

    def open(self) -> None:
        """Let there be a team with two tutors, and people who answer for them."""
        with self.db.change() as session:
            set_contacts(session, now=START)
            team, manager = add_managed_team(session, now=START)
            self.hr = as_person(add_somebody(session, "Hanna Reed", Role.HR, now=START), Role.HR)
            _, stranger = add_managed_team(session, "Dana Fielding", now=START)
            ids = [add_tutor(session, name, team=team, now=START) for name in NAMES]
        self.stranger = as_person(stranger, Role.MANAGER)
        for number, each in enumerate(ids):
            tutor = Tutor(app=self.app, id=each, manager_id=manager, name=NAMES[number])
            self.tutors.append(tutor)
            began = Period(id="engagements 0", starts_at=START, recorded_at=START)
            self.notes[each] = Standing(engagements=(began,), enabled_in=(began,))

    def note(self, tutor: Tutor, **change: Any) -> None:
        """Write down what has changed about a tutor."""
        self.notes[tutor.id] = replace(self.notes[tutor.id], **change)

    def noted(self, tutor: Tutor) -> Standing:
        """Return all that the onlooker knows of a tutor."""
        first = self.versions[0].published_at if self.versions else START
        everybody = ((Period(starts_at=first, recorded_at=first),),)
        policy = Requirement(
            policy=POLICY,
            title="",
            versions=tuple(self.versions),
            applies=everybody,
            enforcements=tuple(self.words),
        )
        known = (policy,) if self.versions else ()
        return replace(self.notes[tutor.id], requirements=known)

    def counts(self) -> tuple[Any, ...]:
        """Return how many rows there are of all that only grows, but for the ledger's own."""
        tables = [Base.metadata.tables[name] for name in (*EVIDENCE, "outbox", "lessons")]
        each = [sa.select(sa.func.count()).select_from(one).scalar_subquery() for one in tables]
        with self.db.reader() as session:
            return tuple(session.execute(sa.select(*each)).one())

    @contextmanager
    def happening(self) -> Iterator[None]:
        """Let time tick; `refused` is the refusal, which must have changed nothing, or None."""
        self.now, self.refused = self.now + TICK, None
        before = self.counts()
        try:
            yield
        except Refusal as refusal:
            self.refused = refusal
        assert self.refused is None or self.counts() == before, self.refused

    def do(self, action: Callable[..., Any], *args: Any, **told: Any) -> Any:
        """Run one action in a change of its own."""
        told.setdefault("by", self.hr)
        with self.db.change() as session:
            return action(session, *args, **told, now=self.now)

    def grace_ends(self, effective: datetime) -> datetime:
        """Return noon of the last working day up to the end of the grace."""
        last = clock.local(effective).date() + timedelta(days=GRACE)
        return max(effective, clock.noon_of_last_working_day(last))

    def next_label(self, *, minor: bool) -> str:
        """Return the number of the next version: never one that was used before."""
        major = max((each.major for each in self.versions), default=0)
        if not minor or not major:
            return f"{major + 1}.0"
        used = [each.minor for each in self.versions if each.major == major]
        return f"{major}.{max(used) + 1}"

    def newest(self) -> Version | None:
        """Return what is to be signed."""
        there = [each for each in self.versions if not each.cancelled_at]
        return max(there, key=lambda each: each.number, default=None)

    def cycle(self, tutor: Tutor, major: int) -> int:
        """Return which signature of this major is the tutor's next."""
        signed = self.notes[tutor.id].acknowledgements
        return 1 + sum(each.major == major for each in signed)

    def quiz(self, session: Session, major: int) -> Any:
        """Return two scenarios with one decision each, as the quiz of this major."""
        live = live_quiz(session, POLICY)
        singles = [each for each in live.scenarios if len(each.steps) == 1 and not each.asks_all]
        few = {"scenarios": tuple(singles[:4]), "must_cover": (), "major": major}
        return live.model_copy(update=few)

    def draw(self) -> random.Random:
        """Return what shuffles, the same for the same moment."""
        return random.Random(self.now.isoformat())

    def granted_now(self, tutor: Tutor) -> Waived:
        """Return the waiver that was granted now, as whoever granted it is told."""
        mine = sa.and_(Waiver.person_id == tutor.id, Waiver.recorded_at == self.now)
        with self.db.reader() as session:
            row = session.scalars(sa.select(Waiver).where(mine)).one()
            return Waived(
                policy=POLICY,
                major=row.major,
                cycle=row.cycle,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                recorded_at=row.recorded_at,
            )

    def begin(self, tutor: Tutor, what: str) -> None:
        """Note that a period begins."""
        periods = getattr(self.notes[tutor.id], what)
        new = Period(id=f"{what} {len(periods)}", starts_at=self.now, recorded_at=self.now)
        self.note(tutor, **{what: (*periods, new)})

    def end(self, tutor: Tutor, what: str, *, at: datetime | None = None) -> None:
        """Note that the last period ends, now unless told."""
        *before, last = getattr(self.notes[tutor.id], what)
        gone = replace(last, ends_at=at or self.now, end_recorded_at=self.now)
        self.note(tutor, **{what: (*before, gone)})

    def text_of(self, version: Version | None) -> str:
        """Return the digest of what the page of this version shows."""
        return digest(renumbered(version.label)) if version else ""
