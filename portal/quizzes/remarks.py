"""What an attempt comes to without the questions that were withdrawn as wrong.

A withdrawn question never takes a pass away. A failed attempt becomes a pass only when what is
left is a pass by itself and still tests every clause that has to be tested.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.db import column, rows
from portal.quizzes.drawing import Drawn
from portal.quizzes.marking import Choice, Marked, mark
from portal.quizzes.models import Remarked, Remarking

REMARKS = (
    sa.select(
        Remarked.attempt_id,
        Remarked.marked_at,
        Remarked.score,
        Remarked.out_of,
        Remarked.passed,
        Remarked.missed,
        Remarking.scenario,
        Remarking.digest,
        Remarking.reason,
        Remarking.pass_percent,
        Remarking.must_cover,
    )
    .join(Remarking, Remarking.id == Remarked.remarking_id)
    .where(Remarked.attempt_id.in_(sa.bindparam("attempts", expanding=True)))
    .order_by(Remarking.made_at, Remarking.id)
)
REMARKINGS = sa.select(
    Remarking.id,
    Remarking.scenario,
    Remarking.digest,
    Remarking.reason,
    Remarking.pass_percent,
    Remarking.must_cover,
    Remarking.made_at.label("at"),
    Remarking.made_by_name.label("by"),
).order_by(Remarking.made_at, Remarking.id)
DIGESTS = sa.select(Remarking.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A question withdrawn as wrong, word for word, and the terms on which it was marked again."""

    id: str
    scenario: str
    digest: str
    reason: str
    pass_percent: int
    must_cover: tuple[str, ...]
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What came of an attempt when it was marked again; `digest` is that of the question."""

    marked_at: datetime
    score: int
    out_of: int
    passed: bool
    missed: tuple[str, ...]
    scenario: str
    digest: str
    reason: str
    pass_percent: int
    must_cover: tuple[str, ...]


def withdrawn(session: Session) -> tuple[Withdrawn, ...]:
    """Return every question that was withdrawn, the oldest first."""
    return tuple(
        Withdrawn(**{**row._mapping, "must_cover": tuple(json.loads(row.must_cover))})  # noqa: SLF001 - a Row's documented view
        for row in rows(session, REMARKINGS)
    )


def withdrawn_words(session: Session) -> frozenset[str]:
    """Return the digests of the words that were withdrawn."""
    return frozenset(column(session, DIGESTS))


def remarks(session: Session, attempts: Iterable[str]) -> dict[str, tuple[Remark, ...]]:
    """Return what came of each of these attempts when it was marked again, the oldest first."""
    found: dict[str, list[Remark]] = defaultdict(list)
    for row in rows(session, REMARKS, attempts=list(attempts)):
        told = dict(row._mapping)  # noqa: SLF001 - a Row's documented view
        lists = {name: tuple(json.loads(told[name])) for name in ("missed", "must_cover")}
        found[told.pop("attempt_id")].append(Remark(**{**told, **lists}))
    return {attempt: tuple(told) for attempt, told in found.items()}


def mark_without(
    drawn: Drawn,
    choices: Iterable[Choice],
    *,
    withdrawn: Collection[str],
    must_cover: Collection[str],
    pass_percent: int,
) -> Marked:
    """Return the mark of what is left; raises BadChoice while a step is still to be answered.

    `withdrawn` are digests of questions. It is no pass when nothing is left, or when a clause of
    `must_cover` that the whole attempt tested is tested no more.
    """
    left = tuple(one for one in drawn.asked if one.digest not in withdrawn)
    ids = {one.scenario.id for one in left}
    kept = [choice for choice in choices if choice.scenario in ids]
    rest = drawn.model_copy(update={"asked": left})
    marked = mark(rest, kept, pass_percent=pass_percent)
    lost = (_tested(drawn) - _tested(rest)) & set(must_cover)
    if marked.passed and (lost or not left):
        return Marked(
            score=marked.score,
            out_of=marked.out_of,
            passed=False,
            missed_clauses=tuple(sorted(lost)),
            critical_missed=(),
        )
    return marked


def _tested(drawn: Drawn) -> frozenset[str]:
    return frozenset().union(*(one.scenario.clauses for one in drawn.asked))
