"""Read the teams: who leads each, who deputises, who is on it, and who could take that on."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Role
from portal.errors import NotFound
from portal.people.directory import RUNS, UNENDED, having, runs_now
from portal.people.models import Dated, DatedEnd, Kind, Person
from portal.people.queries import teams
from portal.people.rules import search_key

CANDIDATES = sa.select(Person.id, Person.name).where(
    having(Kind.ENABLED, UNENDED),
    sa.or_(
        ~having(Kind.ROLE, UNENDED, Dated.value == Role.TUTOR),
        having(Kind.ROLE, UNENDED, Dated.value != Role.TUTOR),
    ),
)
ON_TEAMS = (
    sa.select(Dated.value.label("team_id"), Person.id, Person.name)
    .join(Person, Person.id == Dated.person_id)
    .outerjoin(DatedEnd, DatedEnd.period_id == Dated.id)
    .where(Dated.kind == Kind.TEAM, RUNS, having(Kind.ENABLED, RUNS))
)
OFFICES = (
    sa.select(Dated.id, Dated.kind, Dated.value.label("team_id"), Dated.person_id)
    .add_columns(Dated.starts_at, DatedEnd.ends_at, Person.name, Person.phone)
    .add_columns(having(Kind.ENABLED, RUNS).label("enabled"))
    .join(Person, Person.id == Dated.person_id)
    .outerjoin(DatedEnd, DatedEnd.period_id == Dated.id)
    .where(Dated.kind.in_((Kind.LEADS, Kind.DEPUTISES)))
    .order_by(Dated.starts_at)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Somebody who leads a team or deputises."""

    id: str
    name: str
    phone: str
    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamEntry:
    """One team: who answers for it, and its tutors as pairs of id and name."""

    id: str
    name: str
    lead: Head | None
    deputy: Head | None
    tutors: tuple[tuple[str, str], ...]

    @property
    def fault(self) -> str:
        """Why its tutors have no learning manager to ring, as a sentence; "" when they have."""
        if self.lead is None:
            return f"Team {self.name} has no learning manager"
        if not self.lead.enabled:
            return f"{self.lead.name} leads team {self.name}, and that account is closed"
        if not self.lead.phone:
            return f"{self.lead.name} leads team {self.name} and has no phone number"
        return ""


def team_entries(session: Session, *, now: datetime) -> tuple[TeamEntry, ...]:
    """Return every team, by name."""
    members, heads = defaultdict(list), {}
    for row in session.execute(ON_TEAMS, {"now": now}):
        members[row.team_id].append((row.id, row.name))
    for row in offices(session, now=now):
        if runs_now(row, now=now):
            head = Head(id=row.person_id, name=row.name, phone=row.phone, enabled=row.enabled)
            heads[row.team_id, row.kind] = head
    return tuple(
        TeamEntry(
            id=team_id,
            name=name,
            lead=heads.get((team_id, Kind.LEADS)),
            deputy=heads.get((team_id, Kind.DEPUTISES)),
            tutors=tuple(_by_name(members[team_id])),
        )
        for team_id, name in _by_name(teams(session))
    )


def get_team(session: Session, team_id: str, *, now: datetime) -> TeamEntry:
    """Return one team; raises NotFound."""
    for entry in team_entries(session, now=now):
        if entry.id == team_id:
            return entry
    raise NotFound


def candidates(session: Session) -> list[tuple[str, str]]:
    """Return id and name of those who may lead or deputise: open accounts, more than a tutor."""
    rows = session.execute(CANDIDATES)
    return _by_name((row.id, row.name) for row in rows)


def offices(session: Session, *, now: datetime) -> list[Any]:
    """Return every period in which somebody leads or deputises, over or not, oldest first."""
    return list(session.execute(OFFICES, {"now": now}))


def _by_name(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return pairs of id and name in the order of the names, the same on both databases."""
    return sorted(pairs, key=lambda pair: (search_key(pair[1]), pair[0]))
