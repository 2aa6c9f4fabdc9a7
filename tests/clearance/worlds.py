"""A company in which anything may happen, and what an onlooker wrote down of it.

The onlooker notes what was done and when, and never looks at what the portal made of it. So the
slow reading of the rule, asked about the notes, is a second opinion on all that the portal stored.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal import clock
from portal.access import SYSTEM, Actor, Role
from portal.acknowledgements.press import Made, Press
from portal.acknowledgements.record import Draft
from portal.clearance.models import Waiver
from portal.clearance.rules import Standing, Waived
from portal.db import Database
from portal.errors import Refusal
from portal.people.rules import Period
from portal.policies.rules import Enforcement, Requirement, Version
from portal.policies.text import digest
from portal.quizzes.shelf import live_quiz
from tests.acknowledgements.tutors import Tutor
from tests.clearance.holding import (
    Rows,
    entry_types,
    everything,
    gone,
    queued,
    require_words,
)
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


class Accident(Exception):
    """What no code of the portal expects, in the middle of a change."""


@dataclass(kw_only=True)
class World:
    """The portal, who acts in it, what time it is, and the notes: a standing for each tutor."""

    app: Flask
    now: datetime = START
    tutors: list[Tutor] = field(default_factory=list)
    notes: dict[str, Standing] = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)
    words: list[Enforcement] = field(default_factory=list)
    read: list[tuple[str, str, datetime]] = field(default_factory=list)  # who, which, when
    tries: list[tuple[str, int, int, datetime, bool]] = field(default_factory=list)
    told: set[tuple[str, int]] = field(default_factory=set)  # of which suspension of theirs
    leaving: list[tuple[datetime, Tutor]] = field(default_factory=list)
    refused: Exception | None = None
    press: Press | None = None  # prints the first signature of each version, where there is one
    printed: set[str] = field(default_factory=set)
    hr: Actor = SYSTEM
    stranger: Actor = SYSTEM
    called: dict[str, str] = field(default_factory=dict)
    kept: Rows = field(default_factory=dict)
    accident_after: int = 0  # so many statements of the next thing that happens; 0: none comes
    _statements_left: int = 0

    @property
    def db(self) -> Database:
        return self.app.extensions["db"]

    @property
    def manager(self) -> Actor:
        return as_person(self.tutors[0].manager_id, Role.MANAGER)

    def open(self) -> None:
        """Let there be a team with two tutors, and people who answer for them."""
        sa.event.listen(self.db.engine, "before_cursor_execute", self._tick)
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
        self.called = {self.hr.id: "hr", manager: "manager"}
        self.kept = everything(self.db)

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

    @contextmanager
    def happening(self, *, may: bool | None = None, mails: Iterable[str] = ()) -> Iterator[None]:
        """Let time tick; `refused` is what stood in the way, and then nothing may have changed.

        `may` is whether the onlooker thinks it may happen, `mails` what it then queues.
        """
        self.now, self.refused = self.now + TICK, None
        before, entries = self.kept, len(entry_types(self.db))
        self._statements_left = self.accident_after
        try:
            yield
        except (Refusal, Accident) as refusal:
            self.refused = refusal
        self.accident_after = self._statements_left = 0
        self.kept = everything(self.db, known=before)
        assert gone(before, self.kept) == []
        assert self.refused is None or self.kept == before, self.refused
        new = set(entry_types(self.db)[entries:])
        assert self.refused is None or new <= {"refused"}, self.refused
        if not isinstance(self.refused, Accident):
            assert may in {None, self.refused is None}, self.refused
        if not self.refused:
            assert queued(before, self.kept, called=self.called) == Counter(mails)

    def settle_mails(self) -> None:
        """Take what the worker queued meanwhile as known."""
        self.kept = everything(self.db)

    def _tick(self, *_: Any) -> None:
        self._statements_left -= 1
        if self._statements_left == 0:
            raise Accident

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

    def engagement(self, tutor: Tutor) -> Period:
        """Return the newest engagement, whether or not it still runs."""
        return self.notes[tutor.id].engagements[-1]

    def is_running(self, tutor: Tutor, what: str) -> bool:
        """Whether the last period of a kind has not ended."""
        periods = getattr(self.notes[tutor.id], what)
        return bool(periods) and periods[-1].ends_at is None

    def has_read(self, tutor: Tutor, version: Version) -> bool:
        """Whether this version was opened since the engagement began, which may have ended."""
        begun = self.engagement(tutor).starts_at
        return any(
            (who, which) == (tutor.id, version.label) and at >= begun
            for who, which, at in self.read
        )

    def tries_of(self, tutor: Tutor, major: int) -> list[tuple[datetime, bool]]:
        """Return when the tries in this cycle were closed, and whether they were passes."""
        wanted = (tutor.id, major, self.cycle(tutor, major))
        return [(at, passed) for *key, at, passed in self.tries if tuple(key) == wanted]

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

    def go_on(self, tutor: Tutor) -> None:
        """Note that the last engagement has no end after all."""
        *before, last = self.notes[tutor.id].engagements
        self.note(tutor, engagements=(*before, replace(last, ends_at=None, end_recorded_at=None)))

    def print(self, draft: Draft) -> Made:
        """Return the PDF: a real one of the first signature of each version, where asked for."""
        label = draft.record.policy.version
        if self.press and label not in self.printed:
            self.printed.add(label)
            made = self.press.make(draft)
            require_words(made.pdf, draft.record.policy.digest, draft.record.serial)
            return made
        pdf = f"%PDF-1.7 of {draft.record.serial}".encode()
        return Made(pdf=pdf, digest=sha256(pdf).hexdigest())

    def text_of(self, version: Version | None) -> str:
        """Return the digest of what the page of this version shows."""
        return digest(renumbered(version.label)) if version else ""
