"""Who is on which team now, for whoever may see them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.db import rows
from portal.people.models import Dated, DatedEnd, Kind, Team
from portal.people.scope import NOW, asked, scoped

MEMBERS = scoped(
    sa.select(Dated.person_id, Team.name)
    .join(Team, Team.id == Dated.value)
    .outerjoin(DatedEnd, DatedEnd.period_id == Dated.id)
    .where(
        Dated.kind == Kind.TEAM,
        Dated.starts_at <= NOW,
        sa.or_(DatedEnd.ends_at.is_(None), DatedEnd.ends_at > NOW),
    )
    .order_by(Dated.starts_at, Dated.recorded_at),
    Dated.person_id,
)


def team_names(session: Session, *, seen_by: Actor, now: datetime) -> dict[str, str]:
    """Return the name of the team of each person on one whom the reader may see, by their id."""
    found = rows(session, MEMBERS.of(seen_by), **asked(seen_by, now=now))
    return {row.person_id: row.name for row in found}
