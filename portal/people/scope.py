"""Whom somebody may see: the one condition that every question scoped to its reader carries.

The statements are constants, written in two spellings by `scoped`; `asked` gives what both want to
know.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.access import Actor, Role
from portal.db import Columns
from portal.people.models import Dated, DatedEnd, Kind, Person

SEES_ALL = (Role.HR, Role.SAFEGUARDING_LEAD, Role.ADMINISTRATOR)
READER: Any = sa.bindparam("reader", type_=sa.String())
NOW: Any = sa.bindparam("now")

_lead, _lead_end = aliased(Dated), aliased(DatedEnd)
_member, _member_end = aliased(Dated), aliased(DatedEnd)

# The teams that the reader leads or deputises now.
LED = (
    sa.select(_lead.value)
    .outerjoin(_lead_end, _lead_end.period_id == _lead.id)
    .where(
        _lead.person_id == READER,
        sa.or_(_lead.kind == Kind.LEADS, _lead.kind == Kind.DEPUTISES),
        _lead.starts_at <= NOW,
        sa.or_(_lead_end.ends_at.is_(None), _lead_end.ends_at > NOW),
    )
)
OWN = (
    sa.select(_member.person_id)
    .outerjoin(_member_end, _member_end.period_id == _member.id)
    .where(
        _member.kind == Kind.TEAM,
        _member.value.in_(LED),
        _member.starts_at <= NOW,
        sa.or_(_member_end.ends_at.is_(None), _member_end.ends_at > NOW),
    )
    .union(sa.select(READER))
)
EVERYBODY = sa.select(Person.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoped:
    """One question in two spellings: for readers who see everybody, and for all others."""

    for_all: Columns
    for_own: Columns

    def of(self, reader: Actor) -> Columns:
        """Return the question as this reader may ask it; it is asked with `asked`."""
        return self.for_all if reader.has(*SEES_ALL) else self.for_own


def scoped(statement: Columns, person: Any) -> Scoped:
    """Return the question about nobody but whom its reader may see; `person` is the column."""
    return Scoped(for_all=statement, for_own=statement.where(person.in_(OWN)))


def visible(reader: Actor) -> Any:
    """Return the ids this reader may see: all, those of the teams led or deputised, or oneself."""
    return EVERYBODY if reader.has(*SEES_ALL) else OWN


def asked(reader: Actor, *, now: datetime) -> dict[str, Any]:
    """Return what scoped questions want to know: who asks, and when."""
    return {"reader": reader.id, "now": now}
