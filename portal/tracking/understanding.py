"""Which sentences a group does not understand yet, in the words of the policy they stand in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.access import Actor
from portal.errors import NotFound
from portal.people.membership import team_names
from portal.policies.queries import get_version, published
from portal.policies.text import Document, parse
from portal.quizzes.met import closed
from portal.quizzes.shares import Reading, Share
from portal.quizzes.stage import Quoted, quoted
from portal.quizzes.statistics import ClauseFigures, Figures, ScenarioFigures, figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A major whose scenarios somebody may have worked through; `label` is its newest version."""

    policy: str
    major: int
    label: str
    title: str

    @property
    def key(self) -> str:
        """The course as a form sends it."""
        return f"{self.policy}/{self.major}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of figures: how many had something right, and what that says."""

    name: str
    right: Share
    reading: Reading
    quote: Quoted | None
    teams: tuple[tuple[Share, Reading] | None, ...]  # in the order of the figures' teams


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What one group understood of one major; `mark` is the share hoped for, in percent."""

    course: Course
    mark: int
    figures: Figures
    clauses: tuple[Told, ...]
    document: Document

    @property
    def weak(self) -> tuple[Told, ...]:
        """The sentences to explain better."""
        return tuple(each for each in self.clauses if each.reading is Reading.WEAK)

    @property
    def tells(self) -> bool:
        """Whether there are enough answers to tell anything."""
        return any(each.reading is not Reading.FEW for each in self.clauses)

    def instead(self, clause: str) -> ScenarioFigures | None:
        """Return the weakest scenario that tests this clause and had a wrong choice."""
        testing = (each for each in self.figures.scenarios if clause in each.scenario.clauses)
        return next((each for each in testing if each.most_wrong()), None)


def courses(session: Session, *, now: datetime) -> tuple[Course, ...]:
    """Return every major that was adopted, the newest in effect first, those called off last."""

    def place(row: Any) -> tuple[bool, bool, int, str, int]:
        ahead = row.effective_at > now
        return (row.cancelled_at is not None, ahead, -row.major, row.policy, -row.minor)

    found: dict[tuple[str, int], Course] = {}
    for row in sorted(published(session), key=place):
        label = f"{row.major}.{row.minor}"
        known = Course(policy=row.policy, major=row.major, label=label, title=row.title)
        found.setdefault((row.policy, row.major), known)
    return tuple(found.values())


def understanding(
    session: Session, course: Course, *, mark: int, seen_by: Actor, now: datetime
) -> Understanding:
    """Return what those whom the reader may see understood of this major."""
    attempts = closed(session, policy=course.policy, major=course.major, seen_by=seen_by, now=now)
    told = figures(attempts, teams=team_names(session, seen_by=seen_by, now=now))
    document = parse(get_version(session, course.policy, course.label).text)
    quotes = {
        id_: each
        for each in quoted([one.clause for one in told.clauses], document=document)
        for id_ in each.ids
    }
    return Understanding(
        course=course,
        mark=mark,
        figures=told,
        clauses=tuple(_told(each, quotes, teams=told.teams, mark=mark) for each in told.clauses),
        document=document,
    )


def get_course(session: Session, policy: str, major: int, *, now: datetime) -> Course:
    """Return this major; raises NotFound."""
    for each in courses(session, now=now):
        if (each.policy, each.major) == (policy, major):
            return each
    raise NotFound


def scenario_of(known: Understanding, scenario_id: str) -> dict[str, Any]:
    """Return the figures of one scenario and the clauses it tests; raises NotFound."""
    for each in known.figures.scenarios:
        if each.scenario.id == scenario_id:
            clauses = quoted(each.scenario.clauses, document=known.document)
            return {"told": each, "clauses": clauses}
    raise NotFound


def _told(
    told: ClauseFigures, quotes: dict[str, Quoted], *, teams: Iterable[str], mark: int
) -> Told:
    shares = (told.teams.get(team) for team in teams)
    return Told(
        name=told.clause,
        right=told.right,
        reading=told.right.reading(mark),
        quote=quotes.get(told.clause),
        teams=tuple((each, each.reading(mark)) if each else None for each in shares),
    )
