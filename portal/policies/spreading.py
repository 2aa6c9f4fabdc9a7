"""Renewals spread over some weeks: a company that starts together would else renew on one day."""

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.db import rows
from portal.policies.models import Enforcement, Spread

WEEK = 7  # days
NEWEST = (
    sa.select(Enforcement.enforced_from, Spread.weeks)
    .outerjoin(Spread, Spread.enforcement_id == Enforcement.id)
    .where(Enforcement.policy == sa.bindparam("policy"))
    .order_by(Enforcement.recorded_at.desc())
    .limit(1)
)


def days_earlier(session: Session, policy: str, *, person_id: str, now: datetime) -> int:
    """Return how many days before a full term this person's first renewal falls.

    Only for signatures made before the policy binds everybody. It is never later than without, and
    always the same for the same person.
    """
    said = next(iter(rows(session, NEWEST, policy=policy)), None)
    if said is None or not said.weeks or now >= said.enforced_from:
        return 0
    return WEEK * place(person_id, of=said.weeks)


def place(person_id: str, *, of: int) -> int:
    """Return a number below `of` that looks drawn by lot, and is always this person's."""
    return int(hashlib.sha256(person_id.encode()).hexdigest(), 16) % of
