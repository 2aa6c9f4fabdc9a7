"""Which attempts are passes, and which are failures: by their result, or marked again since.

A pass that comes of marking again counts from that moment, never earlier.
"""

import sqlalchemy as sa

from portal.quizzes.models import Attempt, Remarked, Result

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
_PASSED_AT = sa.case((Result.passed, Result.closed_at), else_=_LATER).label("passed_at")
PASSES = (
    sa.select(
        Attempt.id.label("attempt_id"),
        Attempt.person_id,
        Attempt.policy,
        Attempt.major,
        Attempt.cycle,
        _PASSED_AT,
    )
    .join(Result, Result.attempt_id == Attempt.id)
    .where(
        Attempt.person_id.in_(sa.bindparam("people", expanding=True)),
        sa.or_(Result.passed, _LATER.is_not(None)),
    )
)
BOUND = (
    sa.select(Attempt.id, Result.closed_at, Result.score, Result.out_of)
    .add_columns(Result.passed, _PASSED_AT)
    .join(Result, Result.attempt_id == Attempt.id)
    .where(OF_CYCLE, sa.or_(Result.passed, _LATER.is_not(None)))
    .order_by(_PASSED_AT)
    .limit(1)
)
FAILURES = (
    sa.select(Attempt.id.label("attempt_id"), Attempt.n, Result.closed_at, Result.missed)
    .join(Result, Result.attempt_id == Attempt.id)
    .where(OF_CYCLE, sa.not_(Result.passed), _LATER.is_(None))
    .order_by(Attempt.n)
)
