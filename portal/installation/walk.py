"""One tutor's way, step by step, through the actions that the pages use."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal import db
from portal.access import Actor
from portal.acknowledgements.actions import sealed, sign
from portal.acknowledgements.prepare import Wish, prepare
from portal.acknowledgements.press import Press
from portal.config import Settings
from portal.people.actions import confirm_details
from portal.policies.actions import label_of, open_section
from portal.policies.models import Version
from portal.policies.queries import newest
from portal.policies.text import parse
from portal.quizzes.actions import choose, open_attempt, reopen
from portal.quizzes.course import Round, Terms
from portal.quizzes.marking import Position, numbers, replay
from portal.quizzes.queries import get_attempt
from portal.quizzes.shelf import live_quiz
from portal.quizzes.steps import Kind

POLICY = "online-safeguarding"
PAUSE = timedelta(seconds=40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A tutor who is engaged, and the installation they walk through."""

    by: Actor
    press: Press
    settings: Settings

    def confirm(self, *, now: datetime) -> None:
        """Confirm name and phone."""
        with db.change() as session:
            phone = f"01632 960 {sum(map(ord, self.by.name)) % 900 + 100}"
            told = {"name": self.by.name, "phone": phone}
            confirm_details(session, self.by.id, **told, by=self.by, now=now)

    def begin_reading(self, *, now: datetime) -> None:
        """Open the first two sections."""
        self._read(2, now=now)

    def read(self, *, now: datetime) -> None:
        """Open every section."""
        self._read(100, now=now)

    def sit_down(self, *, now: datetime) -> None:
        """Draw the scenarios, and answer nothing yet."""
        self._choose(_all(Kind.RIGHT), most=0, now=now)

    def begin_choosing(self, *, now: datetime) -> None:
        """Answer the first three steps of the scenarios."""
        self._choose(_all(Kind.RIGHT), most=3, now=now)

    def fail(self, *, now: datetime) -> None:
        """Answer every step wrong."""
        self._choose(_all(Kind.WRONG), most=100, now=now)

    def succeed(self, *, now: datetime) -> None:
        """Answer every step as the code asks."""
        self._choose(_all(Kind.RIGHT), most=100, now=now)

    def stumble(self, clause: str, *, now: datetime) -> None:
        """Answer wrong where this clause is tested, and open again what was missed."""
        attempt = self._choose(
            lambda here: Kind.WRONG if clause in here.step.clauses else Kind.RIGHT,
            most=100,
            now=now,
        )
        with db.change() as session:
            outcome = get_attempt(session, attempt, person_id=self.by.id).outcome
            missed = outcome.missed if outcome else ()
            reopen(session, attempt, clauses=missed, by=self.by, now=now + timedelta(minutes=12))

    def sign(self, *, now: datetime) -> None:
        """Sign the newest version."""
        with db.reader() as session:
            version = _newest(session)
            wish = Wish(
                policy=POLICY,
                version=label_of(version),
                shown=version.digest,
                name_typed=self.by.name,
            )
            draft = prepare(session, wish, by=self.by, settings=self.settings, now=now)
        what = sealed(draft, self.press.make(draft))
        with db.change() as session:
            sign(session, what, by=self.by, settings=self.settings, now=now)

    def _read(self, most: int, *, now: datetime) -> None:
        with db.change() as session:
            version = _newest(session)
            for section in parse(version.text).sections[:most]:
                open_section(
                    session,
                    self.by.id,
                    version=version,
                    section=section.number,
                    by=self.by,
                    now=now,
                )

    def _choose(self, pick: Callable[[Position], Kind], *, most: int, now: datetime) -> str:
        """Answer so many steps, each with what `pick` says; return the attempt's id."""
        terms = Terms.of(self.settings)
        with db.change() as session:
            attempt = open_attempt(
                session,
                self.by.id,
                version=_newest(session),
                wanted=Round(),
                quiz=live_quiz(session, POLICY),
                terms=terms,
                rng=random.Random(self.by.id),  # noqa: S311 - a draw, not a secret
                by=self.by,
                now=now,
            )
            for seq in range(1, most + 1):
                tried = get_attempt(session, attempt, person_id=self.by.id)
                here = replay(tried.drawn, tried.choices).next
                if here is None:
                    break
                choose(
                    session,
                    attempt,
                    seq=seq,
                    option=numbers(here, pick(here)),
                    terms=terms,
                    by=self.by,
                    now=now + seq * PAUSE,
                )
        return attempt


def _all(kind: Kind) -> Callable[[Position], Kind]:
    return lambda _here: kind


def _newest(session: Session) -> Version:
    version = newest(session, POLICY)
    if version is None:
        raise LookupError(POLICY)
    return version
