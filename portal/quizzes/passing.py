"""Which attempts are passes, and which are failures: by their result, or marked again since.

A pass that comes of marking again counts from that moment, never earlier.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.db import rows
from portal.quizzes.models import Attempt, Remarked, Remarking, Result
from portal.quizzes.remarks import Remark, remarks

OF_CYCLE = sa.and_(
    Attempt.person_id == sa.bindparam("person"),
    Attempt.policy == sa.bindparam("policy"),
    Attempt.major == sa.bindparam("major"),
    Attempt.cycle == sa.bindparam("cycle"),
)
_LATER = (
    sa.select(sa.func.min(Remarked.marked_at))
    .where(Remarked.attempt_id == Attempt.id, Remarked.passed)
    .correlate(Attempt)
    .scalar_subquery()
)
_AGAIN = (
    sa.select(Remarked.missed)
    .join(Remarking, Remarking.id == Remarked.remarking_id)
    .where(Remarked.attempt_id == Attempt.id)
    .order_by(Remarking.made_at.desc(), Remarking.id.desc())
    .limit(1)
    .correlate(Attempt)
    .scalar_subquery()
)
IS_PASS = sa.or_(Result.passed, _LATER.is_not(None))
MISSED = sa.func.coalesce(_AGAIN, Result.missed).label("missed")  # as marked last
PASSED_AT = sa.case((Result.passed, Result.closed_at), else_=_LATER).label("passed_at")
PASSES = (
    sa.select(
        Attempt.id.label("attempt_id"),
        Attempt.person_id,
        Attempt.policy,
        Attempt.major,
        Attempt.cycle,
        PASSED_AT,
    )
    .join(Result, Result.attempt_id == Attempt.id)
    .where(
        Attempt.person_id.in_(sa.bindparam("people", expanding=True)),
        IS_PASS,
    )
)
BOUND = (
    sa.select(Attempt.id, Result.closed_at, Result.score, Result.out_of)
    .add_columns(Result.passed, PASSED_AT)
    .join(Result, Result.attempt_id == Attempt.id)
    .where(OF_CYCLE, IS_PASS)
    .order_by(PASSED_AT)
    .limit(1)
)
FAILURES = (
    sa.select(Attempt.id.label("attempt_id"), Attempt.n, Result.closed_at, MISSED)
    .join(Result, Result.attempt_id == Attempt.id)
    .where(OF_CYCLE, sa.not_(Result.passed), _LATER.is_(None))
    .order_by(Attempt.n)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """The pass that a signature rests on; `remark` made it one where its own result had not."""

    id: str
    closed_at: datetime
    passed_at: datetime
    score: int
    out_of: int
    remark: Remark | None = None


def bound_pass(
    session: Session, person_id: str, *, policy: str, major: int, cycle: int
) -> Pass | None:
    """Return the pass that a signature of this major and cycle rests on, or None."""
    asked = {"person": person_id, "policy": policy, "major": major, "cycle": cycle}
    for row in rows(session, BOUND, **asked):
        found = Pass(**{name: getattr(row, name) for name in row._fields if name != "passed"})
        if row.passed:
            return found
        again = remarks(session, [row.id])[row.id]
        by = next(each for each in again if each.passed)
        return replace(found, score=by.score, out_of=by.out_of, remark=by)
    return None
