"""How an attempt ended, what to open again, and when the next may start."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.policies.actions import label_of
from portal.policies.models import Version
from portal.policies.queries import newest
from portal.policies.text import Document, Section, parse
from portal.quizzes import queries
from portal.quizzes.course import Terms
from portal.quizzes.marking import mark
from portal.quizzes.queries import Outcome, Try
from portal.quizzes.stage import Lived, Quoted, lived, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class ToOpen:
    """A section with clauses that were missed; `done` when all of them were opened again."""

    number: int
    title: str
    clauses: tuple[Quoted, ...]
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The result of an attempt, as its tutor may see it."""

    passed: bool
    score: int
    out_of: int
    needed: int
    critical: tuple[str, ...]  # titles of the scenarios in which a critical step was missed
    label: str  # of the version to read and sign now
    to_open: tuple[ToOpen, ...]
    until: datetime | None  # when the wait is over
    told: bool  # whether the learning manager was told
    over: bool  # a later attempt took its place
    lived: tuple[Lived, ...]
    first: Outcome | None  # as it was marked before a question was withdrawn, None when it stands

    @property
    def may_try(self) -> bool:
        """Whether the next attempt may start now."""
        read_again = all(each.done for each in self.to_open)
        return not (self.passed or self.over or self.until) and read_again


def ending(session: Session, tried: Try, *, terms: Terms, now: datetime) -> Ending:
    """Return how a closed attempt ended; ValueError while it is open."""
    stands = tried.standing
    if tried.outcome is None or stands is None:
        raise ValueError("the attempt is open")
    version = current_version(session, tried)
    document = parse(version.text)
    wrong = {each.digest for each in tried.remarks}
    marked = mark(tried.drawn, tried.choices, pass_percent=terms.pass_percent)
    critical = [
        one
        for one in tried.drawn.asked
        if one.scenario.id in marked.critical_missed and one.digest not in wrong
    ]
    turn = queries.next_try(
        session,
        tried.person_id,
        course=tried.course,
        clauses=document.clauses.keys(),
        patience=terms.patience,
        now=now,
    )
    return Ending(
        passed=stands.passed,
        score=stands.score,
        out_of=stands.out_of,
        needed=-(-terms.pass_percent * stands.out_of // 100),
        critical=tuple(one.scenario.title for one in critical),
        label=label_of(version),
        to_open=_to_open(session, tried, document),
        until=turn.until,
        told=tried.n >= terms.patience.failures,
        over=tried.n < queries.count_attempts(session, tried.person_id, course=tried.course),
        lived=lived(tried, document=document),
        first=tried.outcome if tried.remarks else None,
    )


def current_version(session: Session, tried: Try) -> Version:
    """Return the newest version of the attempt's major, or the one it was opened on."""
    latest = newest(session, tried.course.policy)
    if latest is not None and latest.major == tried.course.major:
        return latest
    return session.get_one(Version, tried.version_id)


def section_of(clause: str, *, document: Document) -> Section:
    """Return the section in which a clause stands; raises NotFound."""
    found = document.clauses.get(clause)
    if found is None:
        raise NotFound
    return document.sections[found.section - 1]


def _to_open(session: Session, tried: Try, document: Document) -> tuple[ToOpen, ...]:
    missed = tried.standing.missed if tried.standing else ()
    left = set(missed) - queries.reopened(session, tried.id)
    sections = groupby(quoted(missed, document=document), key=lambda each: each.section)
    return tuple(_section(tuple(clauses), left) for _, clauses in sections)


def _section(clauses: tuple[Quoted, ...], left: set[str]) -> ToOpen:
    return ToOpen(
        number=clauses[0].section,
        title=clauses[0].title,
        clauses=clauses,
        done=all(left.isdisjoint(each.ids) for each in clauses),
    )
